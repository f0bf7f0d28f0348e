// Controls that can be seen and used but that nobody has marked as reached.
const controls = '.sidebar a, .ib a, .ib button, .ib select, .ib input, .ib summary, .ib [role=button]';
return [...document.querySelectorAll(controls)]
  .filter((e) => e.checkVisibility({visibilityProperty: true}) && !e.disabled && e.dataset.reached === undefined &&
    !e.closest('[role=listbox]') && e.tabIndex >= 0)
  .map((e) => e.outerHTML.slice(0, 120));
