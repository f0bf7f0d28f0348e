// Colour of a pixel of the loss chart, at a share of its width and pixels from its top: "red,green,blue".
const [share, below] = arguments;
const canvas = document.querySelector('#loss-chart canvas');
const over = document.querySelector('#loss-chart .u-over');
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
copy.drawImage(canvas, 0, 0);
const x = Math.round((over.offsetLeft + over.offsetWidth * share) * devicePixelRatio);
const y = Math.round((over.offsetTop + below) * devicePixelRatio);
return copy.getImageData(x, y, 1, 1).data.slice(0, 3).join();
