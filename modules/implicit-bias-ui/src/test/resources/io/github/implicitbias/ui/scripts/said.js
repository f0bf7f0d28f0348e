// The text of an element as the run has it: formulas as they are written, signs as they are typed.
const copy = arguments[0].cloneNode(true);
for (const math of copy.querySelectorAll('math')) math.replaceWith(math.getAttribute('alttext'));
return copy.textContent.replaceAll('−', '-').replaceAll('×', 'x').replaceAll('≤', '<=').replaceAll('≥', '>=');
