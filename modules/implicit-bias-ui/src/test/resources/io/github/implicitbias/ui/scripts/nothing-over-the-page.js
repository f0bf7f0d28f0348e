// Whether the button that plays can be clicked, and nothing is drawn over the page.
const box = document.getElementById('play').getBoundingClientRect();
return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).id === 'play' &&
  getComputedStyle(document.querySelector('.main'), '::before').display === 'none';
