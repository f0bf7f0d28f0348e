// Name of the element that has the focus, with what is wrong about it in parentheses; null for none.
const e = document.activeElement;
if (e === document.body) return null;
const box = e.getBoundingClientRect();
const style = getComputedStyle(e);
return (e.id || e.className || e.textContent.trim().slice(0, 30) || e.tagName) +
  (box.width > 0 && box.height > 0 ? '' : ' (has no size)') +
  (box.bottom > 0 && box.top < innerHeight ? '' : ' (out of sight)') +
  (style.outlineStyle !== 'none' || style.boxShadow !== 'none' ? '' : ' (no ring)');
