// Where a cell of the pattern lies, and the middle of the picture: [x, y, middle x, middle y].
const [unit, sample] = arguments;
const cells = window.implicitBias.raster;
const canvas = document.getElementById('raster');
const scale = canvas.clientWidth / canvas.width;
return [
  scale * (cells.left + (cells.columns.indexOf(sample) + 0.5) * cells.cellW),
  scale * (cells.top + (cells.rows.indexOf(unit) + 0.5) * cells.cellH),
  canvas.clientWidth / 2,
  canvas.clientHeight / 2,
];
