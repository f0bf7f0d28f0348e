// The first elements that reach beyond the right of the window.
return [...document.querySelectorAll('body *')]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 10).map((e) => e.outerHTML.slice(0, 100));
