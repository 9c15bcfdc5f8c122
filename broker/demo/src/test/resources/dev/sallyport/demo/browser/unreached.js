// What the keyboard should have come to and did not; then puts the keyboard back to the start of the page.
() => {
  const reached = window.tabbed || [];
  const radios = new Set(reached.filter(each => each.type === 'radio').map(each => each.name));
  const left = [...document.querySelectorAll('a[href],button:not(:disabled),input:not([type=hidden]):not(:disabled),select:not(:disabled),textarea:not(:disabled),summary')]
    .filter(each => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0)
    .filter(each => !reached.includes(each) && !(each.type === 'radio' && radios.has(each.name)))
    .map(each => `the keyboard does not come to <${each.localName}> “${(each.getAttribute('name') || each.id || each.textContent).trim().slice(0, 40)}”`);
  delete window.tabbed;
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.blur();
  document.body.removeAttribute('tabindex');
  return left;
}
