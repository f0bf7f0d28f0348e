// Elements of small drawings.

const SVG = 'http://www.w3.org/2000/svg';

/** An element of a drawing, with its attributes and what is in it. */
export function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
