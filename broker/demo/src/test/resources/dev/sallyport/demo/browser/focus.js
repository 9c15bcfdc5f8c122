// Where the keyboard is: a number for the element, and whether one sees it (WCAG 2.2, 2.4.7 and 2.4.11). Null if it left the page.
() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const things = window.tabbed ??= [];
  if (!things.includes(element)) things.push(element);
  const lined = each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const next = element.nextElementSibling;
  const box = element.getBoundingClientRect();
  const label = `<${element.localName}> “${(element.getAttribute('name') || element.id || element.textContent).trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
  return {
    number: things.indexOf(element),
    label,
    lined: lined(element) || Boolean(next && lined(next)),
    inView: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}
