// Colour of the middle of a cell of the pattern: per unit a text of "#rrggbb" per sample.
const cells = window.implicitBias.raster;
const canvas = document.getElementById('raster');
const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {willReadFrequently: true});
copy.drawImage(canvas, 0, 0);
const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
const hex = (at) => '#' + [0, 1, 2].map((k) => pixels[at + k].toString(16).padStart(2, '0')).join('');
const found = [];
cells.rows.forEach((unit, y) => {
  found[unit] = [];
  cells.columns.forEach((sample, x) => {
    const px = cells.left + Math.floor((x + 0.6) * cells.cellW);
    const py = cells.top + Math.floor((y + 0.5) * cells.cellH);
    found[unit][sample] = hex(4 * (py * canvas.width + px));
  });
});
return found.map((row) => row.join(' '));
