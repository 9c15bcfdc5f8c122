// What a page owes to people who do not see it, do not use a mouse, or see it badly: WCAG 2.2, level AA, as far as a machine can tell.
// Gives a sentence for each fault; no sentence, no fault that it can see.
() => {
  const faults = [];
  const name = element => {
    const text = (element.getAttribute('name') || element.id || element.textContent || '').trim().slice(0, 40);
    return `<${element.localName}> “${text.replace(/\s+/g, ' ')}”`;
  };
  const shown = element => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1;
  };
  const all = selector => [...document.querySelectorAll(selector)];
  const textOf = ids => (ids || '').split(/\s+/).map(id => document.getElementById(id)?.textContent || '').join(' ').trim();

  // 3.1.1, 2.4.2
  if (!/^[a-z]{2}/.test(document.documentElement.lang)) faults.push('the page does not say its language');
  if (!document.title.trim()) faults.push('the page has no title');

  // 1.3.1, 2.4.6
  const headings = all('h1,h2,h3,h4,h5,h6').filter(shown).map(heading => ({ heading, level: Number(heading.localName[1]) }));
  const first = headings.filter(each => each.level === 1).length;
  if (first !== 1) faults.push(`${first} headings of the first level`);
  headings.forEach(({ heading, level }, i) => {
    if (i > 0 && level > headings[i - 1].level + 1) faults.push(`${name(heading)} skips a level`);
    if (!heading.textContent.trim()) faults.push(`${name(heading)} is empty`);
  });
  if (all('main').length !== 1) faults.push(`${all('main').length} main parts`);

  // 4.1.2, 1.1.1
  for (const field of all('input:not([type=hidden]):not([type=submit]),select,textarea')) {
    const label = [...(field.labels || [])].map(each => each.textContent.trim()).join(' ');
    if (!label && !field.getAttribute('aria-label') && !textOf(field.getAttribute('aria-labelledby'))) faults.push(`${name(field)} has no label`);
  }
  for (const thing of all('button,a[href],summary')) {
    if (!thing.textContent.trim() && !thing.getAttribute('aria-label')) faults.push(`${name(thing)} has no name`);
  }
  for (const group of all('fieldset')) {
    if (!group.querySelector(':scope > legend')?.textContent.trim() && !group.getAttribute('aria-label') && !textOf(group.getAttribute('aria-labelledby'))) {
      faults.push(`${name(group)} is a group without a name`);
    }
  }
  for (const image of all('img:not([alt]),svg:not([aria-hidden=true]):not([role=img])')) faults.push(`${name(image)} is neither hidden nor described`);
  for (const cell of all('thead th:not([scope])')) faults.push(`${name(cell)} does not say what it heads`);

  // Whoever refers to something refers to one thing.
  const ids = all('[id]').map(element => element.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => faults.push(`the id ${id} is there twice`));
  for (const attribute of ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls']) {
    for (const element of all(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(/\s+/)) {
        if (!document.getElementById(id)) faults.push(`${name(element)} refers by ${attribute} to ${id}, which is not there`);
      }
    }
  }

  // 1.4.3, 1.4.11: what is closed is opened for it, and closed again.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  const colour = css => {
    if (!known.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  };
  const over = (above, below) => [0, 1, 2].map(i => above[i] * above[3] + below[i] * (1 - above[3])).concat(1);
  const ground = element => {
    if (!element) return colour('canvas');
    // What is painted over a picture no one can say from here.
    if (getComputedStyle(element).backgroundImage !== 'none') return null;
    const below = ground(element.parentElement);
    return below && over(colour(getComputedStyle(element).backgroundColor), below);
  };
  const faint = element => (element ? Number(getComputedStyle(element).opacity) * faint(element.parentElement) : 1);
  const luminance = ([r, g, b]) => [r, g, b]
    .map(c => c / 255).map(c => (c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + .05) / (dark + .05);
  };
  const legible = (element, style, opacity, what) => {
    const below = ground(element);
    if (!below) return;
    const [r, g, b, a] = colour(style.color);
    const ratio = contrast(over([r, g, b, a * opacity], below), below);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < enough) faults.push(`${what} has a contrast of ${ratio.toFixed(2)}, and needs ${enough}`);
  };
  const closed = all('details:not([open])');
  closed.forEach(each => { each.open = true; });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = new Set();
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || told.has(element) || !shown(element) || element.closest(':disabled,script,style,option')) continue;
    told.add(element);
    legible(element, getComputedStyle(element), faint(element), name(element));
  }
  for (const field of all('input:not([type=hidden]):not([type=checkbox]):not([type=radio]),select,textarea').filter(shown)) {
    legible(field, getComputedStyle(field), faint(field), `what is entered in ${name(field)}`);
    if (field.placeholder) {
      const style = getComputedStyle(field, '::placeholder');
      legible(field, style, faint(field) * Number(style.opacity), `the example in ${name(field)}`);
    }
    const around = ground(field.parentElement);
    // What has the keyboard shows that by its outline.
    if (!around || field === document.activeElement) continue;
    const edge = contrast(over(colour(getComputedStyle(field).borderTopColor), around), around);
    if (edge < 3) faults.push(`the edge of ${name(field)} has a contrast of ${edge.toFixed(2)}, and needs 3`);
  }
  closed.forEach(each => { each.open = false; });
  return [...new Set(faults)];
}
