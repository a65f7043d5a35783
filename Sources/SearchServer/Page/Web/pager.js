// Links to the other pages of a search.

import { element } from './dom.js';
import { formatRoute, searchParams } from './route.js';

/** The first, the last and those around the page; null stands for a gap. */
export function pageNumbers(page, last) {
  const shown = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last);
  const sorted = [...new Set(shown)].sort((left, right) => left - right);
  const numbers = [];
  for (const number of sorted) {
    const before = numbers.at(-1);
    if (before && number === before + 2) numbers.push(before + 1);
    else if (before && number > before + 2) numbers.push(null);
    numbers.push(number);
  }
  return numbers;
}

/** The pager, or null where one page holds everything. `stateOf` gives a page's search. */
export function pager(app, { page, size, total }, stateOf) {
  const { strings, format } = app;
  const last = Math.ceil(total / size);
  if (last <= 1) return null;
  const address = (number) => formatRoute('search', searchParams(stateOf(number)));
  const step = (number, name, sign) => (number < 1 || number > last
    ? element('span', { class: 'page-step off', 'aria-hidden': 'true', text: sign })
    : element(
      'a',
      {
        class: 'page-step',
        href: address(number),
        rel: number < page ? 'prev' : 'next',
        'aria-label': strings.text(name),
        text: sign,
      },
    ));
  return element('nav', { class: 'pager', 'aria-label': strings.text('pages') },
    step(page - 1, 'previous', '‹'),
    pageNumbers(page, last).map((number) => (number === null
      ? element('span', { class: 'page-gap', 'aria-hidden': 'true', text: '…' })
      : element('a', {
        href: address(number), 'aria-current': number === page ? 'page' : null,
        'aria-label': strings.text('page', { page: format.number(number) }), text: format.number(number),
      }))),
    step(page + 1, 'next', '›'),
    element('span', { class: 'page-range', text: strings.text('resultRange', {
      first: format.number(Math.min((page - 1) * size + 1, total)), last: format.number(Math.min(page * size, total)),
    }) }));
}
