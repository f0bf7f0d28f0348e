// What drops down from the bar: open while it is used, closed by Escape and by a click elsewhere.

/** Makes a `details` element close by itself. */
export function closing(details) {
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !details.open) return;
    details.open = false;
    details.firstElementChild.focus();
  });
  document.addEventListener('click', (e) => {
    if (details.open && !e.composedPath().includes(details)) details.open = false;
  });
}
