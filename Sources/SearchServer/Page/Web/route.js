// What is shown lies in the address after `#`, so that it can be kept, sent and gone back to:
// #/search?q=coffee&stage=fused&f.brand=Zelbrin

const views = ['search', 'rerank', 'evaluate'];

/** The view and its parameters of an address. Unknown views are the search. */
export function parseRoute(hash) {
  const text = hash.replace(/^#\/?/, '');
  const cut = text.indexOf('?');
  const path = (cut < 0 ? text : text.slice(0, cut)).split('/');
  const view = views.includes(path[0]) ? path[0] : 'search';
  return {
    view,
    name: decode(path.slice(1).join('/')),
    params: new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1)),
  };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The address of a view. */
export function formatRoute(view, params = new URLSearchParams(), name = '') {
  const query = params.toString();
  return `#/${view}${name ? `/${encodeURIComponent(name)}` : ''}${query ? `?${query}` : ''}`;
}

/** Goes there; the listener on `hashchange` shows it. */
export function navigate(view, params, name) {
  const hash = formatRoute(view, params, name);
  if (hash === location.hash) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = hash;
}

/** What a search is, from an address. */
export function searchState(params) {
  const fields = new Map();
  for (const [key, value] of params) {
    if (!key.startsWith('f.') || key.length === 2) continue;
    const field = key.slice(2);
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return {
    query: params.get('q') ?? '',
    stage: ['bm25', 'rerank', 'fused'].includes(params.get('stage')) ? params.get('stage') : null,
    sort: ['price', '-price', '-rating'].includes(params.get('sort')) ? params.get('sort') : null,
    page: Math.max(1, Math.floor(Number(params.get('page'))) || 1),
    fields,
    minPrice: price(params.get('min')),
    maxPrice: price(params.get('max')),
    belowPrice: price(params.get('below')),
    rating: [3, 4, 4.5].includes(Number(params.get('rating'))) ? Number(params.get('rating')) : null,
    inStock: params.get('stock') === '1',
    instruction: params.get('instruction') ?? '',
    budget: Math.floor(Number(params.get('budget'))) > 0 ? Math.floor(Number(params.get('budget'))) : null,
  };
}

function price(text) {
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** A search's address. */
export function searchParams(state) {
  const params = new URLSearchParams();
  if (state.query) params.set('q', state.query);
  if (state.stage) params.set('stage', state.stage);
  if (state.sort) params.set('sort', state.sort);
  for (const [field, values] of state.fields) for (const value of values) params.append(`f.${field}`, value);
  if (state.minPrice !== null) params.set('min', state.minPrice);
  if (state.maxPrice !== null) params.set('max', state.maxPrice);
  if (state.belowPrice !== null) params.set('below', state.belowPrice);
  if (state.rating !== null) params.set('rating', state.rating);
  if (state.inStock) params.set('stock', '1');
  if (state.instruction) params.set('instruction', state.instruction);
  if (state.budget !== null) params.set('budget', state.budget);
  if (state.page > 1) params.set('page', state.page);
  return params;
}

/** Whether prices are filtered. */
export function hasPrice(state) {
  return state.minPrice !== null || state.maxPrice !== null || state.belowPrice !== null;
}

/** The same search for any price. */
export function withoutPrice(state) {
  return { ...state, minPrice: null, maxPrice: null, belowPrice: null, page: 1 };
}

/** The same search without filters. */
export function withoutFilters(state) {
  return { ...withoutPrice(state), fields: new Map(), rating: null, inStock: false, page: 1 };
}
