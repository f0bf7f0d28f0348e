// Headings, controls and texts that are not within a window as wide as asked for.
const [width] = arguments;
return [...document.querySelectorAll('.ib h2, .ib h3, .ib button, .ib label, .ib select, .ib input, .ib summary, .ib p')].filter((e) => {
  const {left, right} = e.getBoundingClientRect();
  return e.checkVisibility({visibilityProperty: true}) && !e.closest('.ib-raster-box, .ib-scroll, .ib-unseen') && (right > width + 1 || left < -1);
}).map((e) => e.outerHTML.slice(0, 120));
