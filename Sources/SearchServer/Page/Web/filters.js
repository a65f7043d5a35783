// Chosen filters as the server's filter expressions and as what a person takes away again.

import { rangeText } from './price-filter.js';
import { hasPrice, withoutPrice } from './route.js';

/** A name or value in the expression's double quotes. */
function quoted(text) {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** The expression of all that is chosen, but for what is of one field; '' when nothing is. */
export function filterExpression(state, exceptField = null) {
  const parts = [];
  for (const [field, values] of state.fields) {
    if (field === exceptField || values.length === 0) continue;
    const any = values.map((value) => `${quoted(field)} = ${quoted(value)}`);
    parts.push(any.length > 1 ? `(${any.join(' OR ')})` : any[0]);
  }
  if (exceptField !== 'price') {
    if (state.minPrice !== null) parts.push(`price >= ${decimal(state.minPrice)}`);
    if (state.maxPrice !== null) parts.push(`price <= ${decimal(state.maxPrice)}`);
    if (state.belowPrice !== null) parts.push(`price < ${decimal(state.belowPrice)}`);
  }
  if (state.rating !== null) parts.push(`rating >= ${decimal(state.rating)}`);
  if (state.inStock) parts.push('in_stock');
  return parts.join(' AND ');
}

/** Never in exponents, which are no filter syntax. */
function decimal(value) {
  return value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 6 });
}

/** A facet request as the server reads it. */
export function facetRequest(field, limit) {
  return `${quoted(field)}:${limit}`;
}

/** Whether a value is chosen. */
export function isChosen(state, field, value) {
  return (state.fields.get(field) ?? []).includes(value);
}

/** The search with a value chosen that was not, or the other way round, from its first page. */
export function toggled(state, field, value) {
  const fields = new Map(state.fields);
  const values = fields.get(field) ?? [];
  const left = values.includes(value) ? values.filter((other) => other !== value) : [...values, value];
  if (left.length > 0) fields.set(field, left);
  else fields.delete(field);
  return { ...state, fields, page: 1 };
}

/** Everything chosen: what it says and the search without it. */
export function activeFilters(state, strings, money) {
  const active = [];
  for (const [field, values] of state.fields) {
    for (const value of values) {
      const isPath = field === 'category';
      active.push({
        field: strings.field(field),
        value: isPath ? value.split(' > ').at(-1) : strings.value(field, value),
        without: toggled(state, field, value),
      });
    }
  }
  if (hasPrice(state)) {
    active.push({
      field: strings.text('price'),
      value: rangeText(strings, money, state.minPrice, state.maxPrice ?? state.belowPrice, state.maxPrice !== null),
      without: withoutPrice(state),
    });
  }
  if (state.rating !== null) {
    active.push({
      field: strings.text('rating'),
      value: strings.text('ratingFrom', { rating: state.rating }),
      without: { ...state, rating: null, page: 1 },
    });
  }
  if (state.inStock) {
    active.push({ field: null, value: strings.text('inStockOnly'), without: { ...state, inStock: false, page: 1 } });
  }
  return active;
}
