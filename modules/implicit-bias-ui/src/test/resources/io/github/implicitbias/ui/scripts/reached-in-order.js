// Whether the marks of the controls that were reached rise in the order of the page.
const reached = [...document.querySelectorAll('[data-reached]')].map((e) => Number(e.dataset.reached));
return reached.every((n, i) => i === 0 || n > reached[i - 1]);
