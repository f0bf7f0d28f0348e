// The box from one element to another, with a margin: [x, y, width, height].
const [from, to] = arguments;
const margin = from === 'implicit-bias' ? 0 : 10;
const a = document.getElementById(from).getBoundingClientRect();
const b = document.getElementById(to).getBoundingClientRect();
const left = Math.min(a.left, b.left);
return [left + scrollX - margin, a.top + scrollY - margin, Math.max(a.right, b.right) - left + 2 * margin, b.bottom - a.top + margin + 10];
