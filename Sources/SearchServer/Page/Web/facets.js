// The filters beside the results: what can be chosen, with how many products there would be.

import { element, icon, paths, replace } from './dom.js';
import { isChosen, toggled } from './filters.js';
import { priceFilter, shownRanges } from './price-filter.js';

const shownValues = 8;

export class Facets {
  #expanded = new Set();
  #shown = null;

  /** `change` is called with the search that a choice leads to, `expand` when a field's further values are wanted. */
  constructor(app, { change, expand }) {
    this.app = app;
    this.change = change;
    this.expand = expand;
    this.root = element('div', { class: 'facets' });
  }

  /** How many values or ranges of a field to ask for. */
  limit(field) {
    if (field === 'price') return shownRanges;
    return this.#expanded.has(field) ? 60 : shownValues + 2;
  }

  /** Shows counts by field, in this order. */
  show(state, facets) {
    this.#shown = [state, facets];
    const focused = document.activeElement?.closest?.('.facets [data-focus]')?.dataset.focus;
    const fields = [...facets].filter(([field, facet]) => facet.values.length > 1 || (state.fields.get(field) ?? []).length > 0);
    const category = fields.filter(([field]) => field === 'category');
    const others = fields.filter(([field]) => field !== 'category' && field !== 'availability');
    replace(this.root,
      this.#stock(state), category.map((entry) => this.#values(state, ...entry)),
      priceFilter(this.app, state, new Map(facets).get('price')?.ranges ?? [], this.change),
      this.#rating(state),
      others.map((entry) => this.#values(state, ...entry)));
    // Rebuilding must not take the place away from somebody who goes through it by keyboard.
    if (focused) [...this.root.querySelectorAll('[data-focus]')].find((node) => node.dataset.focus === focused)?.focus();
  }

  #group(title, ...content) {
    return element('fieldset', { class: 'facet' }, element('legend', { text: title }), content);
  }

  #stock(state) {
    return element('label', { class: 'switch-row' },
      element('span', { text: this.app.strings.text('inStockOnly') }),
      element('input', {
        type: 'checkbox', role: 'switch', class: 'switch', 'data-focus': 'stock', props: { checked: state.inStock },
        on: { change: () => this.change({ ...state, inStock: !state.inStock, page: 1 }) },
      }));
  }

  #values(state, field, facet) {
    const { strings, format } = this.app;
    const chosen = (state.fields.get(field) ?? []).filter((value) => !facet.values.some((entry) => entry.value === value));
    let values = [...facet.values, ...chosen.map((value) => ({ value, count: 0 }))];
    const isLong = values.length > shownValues || facet.otherValues > 0;
    const isExpanded = this.#expanded.has(field);
    if (isLong && !isExpanded) {
      values = values.filter((entry, place) => place < shownValues || isChosen(state, field, entry.value));
    }
    if (field === 'category') values = asTree(values);
    return this.#group(strings.field(field),
      element('ul', {}, values.map(({ value, count, label, depth }) => element('li', {},
        element('label', { class: 'choice', vars: { depth: depth ?? 0 } },
          element('input', {
            type: 'checkbox', 'data-focus': `${field}=${value}`, props: { checked: isChosen(state, field, value) },
            on: { change: () => this.change(toggled(state, field, value)) },
          }),
          element(
            'span',
            { class: 'choice-name', dir: 'auto', title: value, text: label ?? strings.value(field, value) },
          ),
          element('span', { class: 'choice-count', text: format.number(count) }))))),
      isLong ? element('button', {
        type: 'button', class: 'link', 'data-focus': `more ${field}`, 'aria-expanded': String(isExpanded),
        text: strings.text(isExpanded ? 'showFewer' : 'showMore'),
        on: {
          click: () => {
            if (isExpanded) this.#expanded.delete(field);
            else this.#expanded.add(field);
            this.show(...this.#shown);
            if (!isExpanded && facet.otherValues > 0) this.expand();
          },
        },
      }) : null);
  }

  #rating(state) {
    const { strings } = this.app;
    return this.#group(strings.text('rating'), element('div', { class: 'rating-choices' }, [null, 3, 4, 4.5].map((rating) => element('label', { class: 'pill' },
      element('input', {
        type: 'radio', name: 'rating', 'data-focus': `rating ${rating}`, props: { checked: state.rating === rating },
        on: { change: () => this.change({ ...state, rating, page: 1 }) },
        'aria-label': rating === null ? strings.text('ratingAny') : strings.text('ratingFrom', { rating }),
      }),
      element('span', { text: rating === null ? strings.text('ratingAny') : `${rating}+` })))));
  }
}

/** Category paths as a tree: below their parents, parents by count, named by their last part. */
function asTree(values) {
  const counts = new Map(values.map((entry) => [entry.value, entry.count]));
  const steps = (path) => {
    const parts = path.split(' > ');
    return parts.map((_, place) => parts.slice(0, place + 1).join(' > ')).filter((step) => counts.has(step));
  };
  const sorted = values.map((entry) => ({ ...entry, steps: steps(entry.value) })).sort((left, right) => {
    for (let place = 0; place < Math.min(left.steps.length, right.steps.length); place += 1) {
      const [one, other] = [left.steps[place], right.steps[place]];
      if (one !== other) return counts.get(other) - counts.get(one) || (one < other ? -1 : 1);
    }
    return left.steps.length - right.steps.length;
  });
  return sorted.map((entry) => ({ ...entry, depth: entry.steps.length - 1, label: entry.value.split(' > ').at(-1) }));
}

/** The button that shows the filters where there is no room beside the results. */
export function filterButton(app, open) {
  return element('button', { type: 'button', class: 'plain filter-button', on: { click: open } },
    icon(paths.filter), element('span', { text: app.strings.text('filters') }), element(
      'span',
      { class: 'badge', props: { hidden: true } },
    ));
}
