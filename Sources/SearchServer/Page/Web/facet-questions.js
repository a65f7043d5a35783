// Which fields are counted. A field with chosen values is counted as if they were not chosen, so that one can see and
// add its other values; that takes a request of its own. Attributes are those that the first hits have in common.

import { search, searchQuery } from './api.js';
import { facetRequest, filterExpression } from './filters.js';
import { hasPrice } from './route.js';

const always = ['category', 'brand', 'price'];
const mostAttributes = 4;
const ignored = new Set(['language', 'lang', 'locale', 'gtin', 'ean', 'mpn', 'sku']);

export class FacetQuestions {
  #attributes = { query: null, names: [] };

  constructor(facets) {
    this.facets = facets;
  }

  /** The facets to ask for with the hits. */
  main() {
    return always.map((field) => facetRequest(field, this.facets.limit(field)));
  }

  /** The facets that came with the hits. */
  known(answer) {
    return always.map((field) => [field, answer.facets.get(field)]).filter(([, facet]) => facet);
  }

  /** All facets, after the questions that depend on the hits. */
  async others(state, answer, signal) {
    const attributes = this.#attributeNames(state, answer);
    const chosen = [...state.fields.keys(), ...(hasPrice(state) ? ['price'] : [])];
    const unchosen = attributes.filter((name) => !chosen.includes(name));
    const found = new Map(this.known(answer));
    const questions = chosen.map((field) => [[field], field]);
    if (unchosen.length > 0) questions.push([unchosen, null]);
    const answers = await Promise.allSettled(questions.map(([fields, without]) => this.#ask(state, fields, without, signal)));
    for (const result of answers) {
      if (result.status === 'fulfilled') for (const [field, facet] of result.value) found.set(field, facet);
    }
    const order = [...always, ...chosen.filter((field) => !always.includes(field)), ...unchosen];
    return [...new Set(order)].filter((field) => found.has(field)).map((field) => [field, found.get(field)]);
  }

  async #ask(state, fields, without, signal) {
    const query = searchQuery({ ...state, page: 1, sort: null, stage: 'bm25', instruction: '', budget: null }, {
      filter: filterExpression(state, without),
      facets: fields.map((field) => facetRequest(field, this.facets.limit(field))), size: 0, explain: false,
    });
    const { facets } = await search(query, signal);
    return facets;
  }

  /** Attributes that many hits have and that divide them; the same ones while the query is the same. */
  #attributeNames(state, answer) {
    if (this.#attributes.query === state.query) return this.#attributes.names;
    const values = new Map();
    for (const hit of answer.hits) {
      for (const [name, own] of hit.attributes) {
        if (ignored.has(name.toLowerCase())) continue;
        values.set(name, [...(values.get(name) ?? []), ...own]);
      }
    }
    const names = [...values]
      .filter(([, all]) => all.length >= answer.hits.length / 4 && new Set(all).size > 1 && new Set(all).size <= all.length * 0.7)
      .sort(([, one], [, other]) => other.length - one.length)
      .slice(0, mostAttributes)
      .map(([name]) => name);
    if (answer.hits.length > 0) this.#attributes = { query: state.query, names };
    return names;
  }
}
