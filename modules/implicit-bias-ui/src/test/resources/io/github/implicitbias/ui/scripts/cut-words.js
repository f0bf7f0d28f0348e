// Words of the page that have too little room.
return [...document.querySelectorAll('.ib h2, .ib h3, .ib button, .ib label, .ib summary, .ib-status, .ib-step, .ib-buttons')]
  .filter((e) => e.offsetParent && !e.closest('.ib-raster-box, .ib-scroll, .ib-unseen') && (e.getBoundingClientRect().right > innerWidth ||
    (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')))
  .map((e) => e.textContent);
