// Charts in sight that are not described as pictures with their numbers.
return [...document.querySelectorAll('.ib-chart')]
  .filter((c) => c.checkVisibility({visibilityProperty: true}) && (c.getAttribute('role') !== 'img' || !/\w: .*\w/.test(c.ariaLabel)))
  .map((c) => c.id + ' ' + c.ariaLabel);
