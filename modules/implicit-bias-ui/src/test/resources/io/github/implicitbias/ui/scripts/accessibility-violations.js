// What axe-core finds wrong with the page as it is: rule, element, and what to do about it.
const done = arguments[arguments.length - 1];
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values: tags}}).then(
  (found) => done(found.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' ') + ': ' + n.failureSummary.split('\n')[1]))),
  (e) => done([String(e)]));
