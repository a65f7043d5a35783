// How far something rose or fell, and how good it is, as small drawings.

import { element, icon, paths } from './dom.js';

/** An arrow with a number; `labels` are the texts' keys for up, down and not at all. */
export function movement(app, places, labels) {
  const { strings } = app;
  if (places === 0) {
    const label = strings.text(labels.none);
    return element(
      'span',
      { class: 'move none', title: label },
      element('span', { 'aria-hidden': 'true', text: '–' }),
      element('span', { class: 'unseen', text: label }),
    );
  }
  const count = app.format.number(Math.abs(places));
  const label = strings.text(places > 0 ? labels.up : labels.down, { count });
  return element('span', { class: `move ${places > 0 ? 'up' : 'down'}`, title: label },
    icon(places > 0 ? paths.up : paths.down),
    element('span', { 'aria-hidden': 'true', text: count }),
    element('span', { class: 'unseen', text: label }));
}

/** A named bar, `share` of its width filled, 0...1, with its value behind it. */
export function meter({ name, value, share, kind, title }) {
  return element('div', { class: `meter ${kind}`, title },
    element('span', { class: 'meter-name', text: name }),
    element(
      'span',
      { class: 'meter-track', 'aria-hidden': 'true', vars: { share: Math.max(0, Math.min(1, share)) } },
      element('span', { class: 'meter-fill' }),
    ),
    element('span', { class: 'meter-value', text: value }));
}
