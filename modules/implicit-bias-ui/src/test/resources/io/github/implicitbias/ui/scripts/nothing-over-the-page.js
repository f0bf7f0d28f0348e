// What is drawn where the button that plays is: its id, if nothing is drawn over it.
const box = document.getElementById('play').getBoundingClientRect();
const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
const shade = getComputedStyle(document.querySelector('.main'), '::before').display;
return shade === 'none' ? there.id || there.outerHTML.slice(0, 200) : 'a shade over all';
