// Building elements. Text always becomes a text node; nothing here or elsewhere parses markup.

/**
 * An element.
 *
 * Properties: `class`, `text`, `vars` (custom CSS properties, set through CSSOM as the policy allows no style
 * attributes), `on` (listeners by event), `props` (DOM properties); everything else is an attribute, where null,
 * undefined and false leave it out and true makes it empty.
 */
export function element(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for SVG. */
export function drawing(name, properties = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), properties, children);
}

function fill(node, { vars, on, props, text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, value] of Object.entries(vars ?? {})) node.style.setProperty(`--${name}`, String(value));
  for (const [event, listener] of Object.entries(on ?? {})) node.addEventListener(event, listener);
  Object.assign(node, props ?? {});
  if (text !== undefined && text !== null) node.append(String(text));
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Puts children in place of those a node has. */
export function replace(node, ...children) {
  node.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

/** Pieces of highlighted text (`[{text, isMatch}]`) as nodes. */
export function highlighted(pieces) {
  return pieces.map(({ text, isMatch }) => (isMatch ? element('mark', { text }) : document.createTextNode(text)));
}

/** A simple line icon from path data on a 24 x 24 grid. */
export function icon(path, properties = {}) {
  return drawing(
    'svg',
    { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false', ...properties },
    drawing('path', { d: path }),
  );
}

export const paths = {
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM20.5 20.5 16 16',
  close: 'M6 6l12 12M18 6 6 18',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M20 14.2A8 8 0 0 1 9.8 4 8 8 0 1 0 20 14.2Z',
  auto: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 3.5v17M12 8h4.5M12 12h8.3M12 16h4.5',
  key: 'M14.5 4a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM10.5 13.5 4 20M6.5 17.5 9 20M15.5 8.5h.01',
  options: 'M4 8h9M18.5 8H20M4 16h2M11.5 16H20M15.5 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM8.5 13.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  filter: 'M4 6h16M7 12h10M10 18h4',
  chevron: 'M6 9l6 6 6-6',
  up: 'M12 19V6M6 11.5 12 5.5l6 6',
  down: 'M12 5v13M6 12.5l6 6 6-6',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.6h.01',
  external: 'M13 5h6v6M19 5l-8.5 8.5M17 14v4.5H5.5V7H10',
  back: 'M19 12H5M11 6l-6 6 6 6',
};
