// The bar's top and height, then the left edge, the width and the height of each control in it.
const bar = document.getElementById('bar');
const {top, height} = bar.getBoundingClientRect();
const controls = [...bar.querySelectorAll('select, input, button:not(#last), summary, nav, nav a, .ib-live, .ib-track')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}));
return ['bar ' + Math.round(top) + ' ' + Math.round(height), ...controls.map((e) => {
  const box = e.getBoundingClientRect();
  return (e.id || e.hash || e.className || e.tagName) + ' ' + [box.left, box.width, box.top, box.height].map((v) => v.toFixed(1)).join(' ');
})];
