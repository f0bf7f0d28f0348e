// Elements with a transition or an animation.
return [...document.querySelectorAll('*')].filter((e) => {
  const style = getComputedStyle(e);
  return style.transitionDuration.split(',').some((d) => parseFloat(d) > 0) || style.animationName !== 'none';
}).map((e) => e.outerHTML.slice(0, 80));
