// The filter by price: ranges that divide what was found, and bounds of one's own.

import { element } from './dom.js';
import { withoutPrice } from './route.js';

export const shownRanges = 5;

/** "under 20", "20 – 50" or "50 and more"; "up to 20" where the bound belongs to the range. */
export function rangeText(strings, money, from, to, includesTo = false) {
  if (from === null) return strings.text(includesTo ? 'priceUpTo' : 'priceUnder', { price: money(to) });
  if (to === null) return strings.text('priceOver', { price: money(from) });
  return `${money(from)} – ${money(to)}`;
}

/** Ranges of the server, `from` included and `to` not, and a form; `change` is called with the search they lead to. */
export function priceFilter(app, state, ranges, change) {
  return element('fieldset', { class: 'facet' },
    element('legend', { text: app.strings.text('price') }),
    rangeList(app, state, ranges, change), boundsForm(app, state, change));
}

function rangeList(app, state, ranges, change) {
  const { strings, format } = app;
  if (ranges.length < 2) return null;
  const most = Math.max(...ranges.map((range) => range.count));
  return element('ul', {}, ranges.map(({ from = null, to = null, count }) => {
    const isChosen = state.minPrice === from && state.belowPrice === to && state.maxPrice === null;
    const chosen = isChosen ? withoutPrice(state) : { ...withoutPrice(state), minPrice: from, belowPrice: to };
    return element('li', {}, element('button', {
      type: 'button', class: 'choice price-choice', 'aria-pressed': String(isChosen), vars: { depth: 0, share: count / most },
      'data-focus': `price ${from} ${to}`, on: { click: () => change(chosen) },
    },
    element('span', { class: 'choice-name', text: rangeText(strings, (price) => format.plain(price), from, to) }),
    element('span', { class: 'choice-count', text: format.number(count) })));
  }));
}

function boundsForm(app, state, change) {
  const { strings } = app;
  const field = (name, label, value) => element('input', {
    type: 'number', name, min: 0, step: 'any', inputmode: 'decimal', placeholder: strings.text(label),
    'data-focus': name,
    'aria-label': `${strings.text('price')} ${strings.text(label)}`,
    props: { value: value === null ? '' : String(value) },
  });
  const from = field('min', 'priceFrom', state.minPrice);
  const to = field('max', 'priceTo', state.maxPrice ?? state.belowPrice);
  const read = (input) => (input.value.trim() === '' || !(Number(input.value) >= 0) ? null : Number(input.value));
  return element('form', {
    class: 'price-range',
    on: {
      submit: (event) => {
        event.preventDefault();
        change({ ...withoutPrice(state), minPrice: read(from), maxPrice: read(to) });
      },
    },
  },
  from, element('span', { 'aria-hidden': 'true', text: '–' }), to,
  element('button', { class: 'plain', text: strings.text('apply') }));
}
