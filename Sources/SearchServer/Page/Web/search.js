// The search view: asks the server for what the address says and shows its answer.

import { search, searchQuery } from './api.js';
import { element, replace } from './dom.js';
import { FacetQuestions } from './facet-questions.js';
import { Facets, filterButton } from './facets.js';
import { activeFilters, filterExpression } from './filters.js';
import { hitItem } from './hit.js';
import { answerNotices, problemNotice } from './notice.js';
import { pager } from './pager.js';
import { navigate, searchParams, searchState, withoutFilters } from './route.js';
import { SearchControls } from './search-controls.js';
import { slide } from './slide.js';
import { SearchBox } from './suggest.js';
import { timing } from './timing.js';

const pageSize = 20;
/** What is asked before it shows: shorter waits need no sign. */
const patience = 150;

export class SearchView {
  #request = null;
  #state = searchState(new URLSearchParams());
  #answer = null;

  constructor(app) {
    this.app = app;
    this.box = new SearchBox(app, {
      submit: (query) => this.go({ ...this.#state, query, page: 1 }),
      choose: ({ kind, text }) => this.go({
        ...withoutFilters(this.#state),
        query: '',
        fields: new Map([[kind, [text]]]),
      }),
    });
    this.controls = new SearchControls(app, (change) => this.go({ ...this.#state, ...change, page: 1 }));
    this.facets = new Facets(app, { change: (state) => this.go(state), expand: () => this.#load() });
    this.questions = new FacetQuestions(this.facets);
    this.chips = element('div', { class: 'chips', 'aria-label': app.strings.text('filtersActive'), role: 'group' });
    this.heading = element('h2', { class: 'result-count' });
    this.timing = element('div', { class: 'timing' });
    this.notices = element('div', { class: 'notices', role: 'status' });
    this.list = element('ol', { class: 'hits' });
    this.pages = element('div');
    this.results = element('section', { class: 'results', 'aria-label': app.strings.text('results') },
      element(
        'div',
        { class: 'result-top' },
        this.heading,
        this.timing,
      ), this.chips, this.notices, this.list, this.pages);
    this.side = element('aside', { class: 'side', 'aria-label': app.strings.text('filters') }, this.facets.root);
    this.#buildSheet();
    this.controls.root.prepend(this.filterButton);
    this.root = element('div', { class: 'search-view' },
      element('h1', { class: 'unseen', text: app.strings.text('viewSearch') }),
      this.box.root, this.controls.root, this.controls.more,
      element('div', { class: 'columns' }, this.side, this.results), this.sheet);
  }

  /** On narrow screens the filters lie in a sheet over the page. */
  #buildSheet() {
    const { strings } = this.app;
    this.filterButton = filterButton(this.app, () => {
      this.sheetBody.append(this.facets.root);
      this.sheet.showModal();
    });
    this.sheetBody = element('div', { class: 'sheet-body' });
    this.sheetButton = element('button', { type: 'button', class: 'primary', on: { click: () => this.sheet.close() } });
    this.sheet = element('dialog', {
      class: 'sheet', 'aria-label': strings.text('filters'),
      on: {
        close: () => this.side.append(this.facets.root),
        click: (event) => { if (event.target === this.sheet) this.sheet.close(); },
      },
    },
    element('div', { class: 'sheet-inside' },
      // The first thing a dialog gives the focus to; the filters below are one step away.
      element(
        'h2',
        { tabindex: '-1', autofocus: true, text: strings.text('filters') },
      ), this.sheetBody, element('div', { class: 'sheet-foot' }, this.sheetButton)));
    window.matchMedia('(min-width: 900px)').addEventListener(
      'change',
      (change) => { if (change.matches) this.sheet.close(); },
    );
  }

  focusInput() {
    this.box.input.focus();
    this.box.input.select();
  }

  go(state) {
    navigate('search', searchParams(state));
  }

  show(route) {
    const before = this.#state;
    this.#state = searchState(route.params);
    this.app.title(this.#state.query);
    this.box.setText(this.#state.query);
    if (before.page !== this.#state.page) window.scrollTo({ top: 0 });
    this.#load();
  }

  hide() {
    this.#request?.abort();
    this.box.close();
    this.sheet.close();
  }

  async #load() {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const state = this.#state;
    const { signal } = request;
    this.controls.show(state, this.#answer?.stage ?? null);
    this.#showChips(state);
    const sign = setTimeout(() => {
      this.root.classList.add('busy');
      this.results.setAttribute('aria-busy', 'true');
    }, patience);
    const query = searchQuery(state, {
      filter: filterExpression(state), facets: this.questions.main(), size: pageSize, explain: true,
    });
    this.controls.showRequest(query);
    try {
      const answer = await search(query, signal);
      this.#render(state, answer);
      const facets = await this.questions.others(state, answer, signal);
      if (!signal.aborted) this.facets.show(state, facets);
    } catch (error) {
      if (error.name === 'AbortError' || signal.aborted) return;
      this.#renderProblem(error);
    } finally {
      clearTimeout(sign);
      if (this.#request === request) {
        this.root.classList.remove('busy');
        this.results.removeAttribute('aria-busy');
        // Which search these results answer: the address changes before its search begins.
        this.results.dataset.address = location.hash;
      }
    }
  }

  #render(state, answer) {
    const { app } = this;
    const { strings, format } = app;
    this.#answer = answer;
    const stage = state.stage ?? answer.stage;
    const isReranked = ['complete', 'partial'].includes(answer.rerank.status);
    this.controls.show(state, stage);
    const count = answer.total === null
      ? strings.text('resultCountUnknown') : strings.count('resultCount', answer.total, format.number(answer.total));
    replace(this.heading, count);
    replace(this.timing, timing(app, answer, isReranked));
    replace(this.notices, this.#corrections(answer, state), answerNotices(app, answer, stage));
    const bestScore = Math.max(0, ...answer.hits.map((hit) => hit.score));
    slide(this.list, answer.hits.map((hit) => hitItem(app, hit, { answer, bestScore, isReranked })));
    if (answer.hits.length === 0) this.notices.append(this.#nothing(state));
    replace(
      this.pages,
      pager(app, { page: state.page, size: pageSize, total: answer.total ?? 0 }, (page) => ({ ...state, page })),
    );
    this.facets.show(state, this.questions.known(answer));
    this.sheetButton.textContent = strings.count('filtersShow', answer.total ?? 0, format.number(answer.total ?? 0));
    app.announce(strings.text(
      'announce',
      { results: count, stage: strings.text(this.controls.nameOf(stage)), page: state.page },
    ));
  }

  /** The server searched for other words, or knows better ones. */
  #corrections(answer, state) {
    if (!answer.didYouMean || answer.didYouMean === state.query) return null;
    const [before, after] = this.app.strings.around('didYouMean', 'query');
    return element('p', { class: 'did-you-mean' }, before, element('button', {
      type: 'button', class: 'link', text: answer.didYouMean, dir: 'auto', on: { click: () => this.go({
        ...state,
        query: answer.didYouMean,
        page: 1,
      }) },
    }), after);
  }

  #nothing(state) {
    const { strings } = this.app;
    const hasFilters = filterExpression(state) !== '';
    return element('div', { class: 'nothing' },
      element(
        'h3',
        {
          dir: 'auto',
          text: state.query ? strings.text('noResultsFor', { query: state.query }) : strings.text('noResults'),
        },
      ),
      element('p', { text: strings.text(hasFilters ? 'noResultsFilters' : 'noResultsHint') }),
      hasFilters ? element('button', {
        type: 'button', class: 'plain', text: strings.text('removeFilters'),
        on: { click: () => this.go(withoutFilters(state)) },
      }) : null);
  }

  #renderProblem(problem) {
    replace(this.heading);
    replace(this.timing);
    replace(this.list);
    replace(this.pages);
    replace(this.notices, problemNotice(this.app, problem, () => this.#load()));
    if (problem.status === 401) this.app.askKey(true);
  }

  #showChips(state) {
    const { strings, format } = this.app;
    const active = activeFilters(state, strings, (amount) => format.plain(amount));
    const badge = this.filterButton.querySelector('.badge');
    badge.hidden = active.length === 0;
    badge.textContent = format.number(active.length);
    const chips = active.map(({ field, value, without }) => element('button', {
      type: 'button', class: 'chip', 'aria-label': strings.text(
        'removeFilter',
        { name: field ? `${field} ${value}` : value },
      ),
      on: { click: () => this.go(without) },
    }, field ? element(
      'span',
      { class: 'chip-field', text: field },
    ) : null, element('span', { dir: 'auto', text: value }), element(
      'span',
      { 'aria-hidden': 'true', class: 'chip-x', text: '×' },
    )));
    if (active.length > 1) {
      chips.push(element(
        'button',
        {
          type: 'button',
          class: 'link',
          text: strings.text('removeFilters'),
          on: { click: () => this.go(withoutFilters(state)) },
        },
      ));
    }
    replace(this.chips, chips);
    this.chips.hidden = chips.length === 0;
  }
}
