// From now on counts in window.said what live regions say while the kind of the status stays.
window.said = 0;
const kind = () => document.getElementById('status').dataset.kind;
const first = kind();
for (const e of document.querySelectorAll('[role=status], [aria-live], [role=alert]')) {
  new MutationObserver(() => {
    if (kind() === first) window.said++;
  }).observe(e, {childList: true, characterData: true, subtree: true});
}
