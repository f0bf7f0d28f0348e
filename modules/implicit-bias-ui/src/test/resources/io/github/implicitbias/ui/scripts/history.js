// Colours in the picture of a history, by bit and by number of the step.
const {order, steps, left, width, cellH} = window.implicitBias.history;
const canvas = document.getElementById('history');
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
copy.drawImage(canvas, 0, 0);
const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
const found = [];
order.forEach((bit, y) => {
  found[bit] = steps.map((step, k) => {
    const px = left + Math.floor(((k + 0.5) * width) / steps.length);
    const at = 4 * (Math.floor((y + 0.5) * cellH) * canvas.width + px);
    return '#' + [0, 1, 2].map((j) => pixels[at + j].toString(16).padStart(2, '0')).join('');
  });
});
return found;
