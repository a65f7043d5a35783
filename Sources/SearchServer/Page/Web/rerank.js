// The rerank view: a query and some products in, their order of relevance out.

import { curl, rerank } from './api.js';
import { element, replace } from './dom.js';
import { examples } from './examples.js';
import { meter, movement } from './movement.js';
import { notice, problemNotice } from './notice.js';
import { slide } from './slide.js';

const draftName = 'aisle.rerank';

export class RerankView {
  #request = null;

  constructor(app) {
    this.app = app;
    const { strings } = app;
    this.query = element(
      'input',
      {
        id: 'rerank-query',
        type: 'text',
        maxlength: 1000,
        autocomplete: 'off',
        dir: 'auto',
        placeholder: strings.text('rerankQueryHint'),
      },
    );
    this.instruction = element(
      'input',
      {
        id: 'rerank-instruction',
        type: 'text',
        maxlength: 2000,
        autocomplete: 'off',
        dir: 'auto',
        placeholder: strings.text('instructionHint'),
      },
    );
    this.documents = element('textarea', { id: 'rerank-documents', rows: 12, spellcheck: 'false', dir: 'auto' });
    this.count = element('span', { class: 'muted' });
    this.button = element('button', { class: 'primary', text: strings.text('rerankRun') });
    this.message = element('p', { class: 'problem', role: 'alert' });
    this.request = element('code', {});
    this.form = element('form', {
      class: 'rerank-form',
      on: {
        submit: (event) => { event.preventDefault(); this.#run(); },
        input: () => this.#changed(),
        keydown: (event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); this.#run(); }
        },
      },
    },
    element('div', { class: 'examples' },
      element('span', { class: 'label', text: strings.text('rerankExamples') }),
      examples.map((example) => element('button', {
        type: 'button', class: 'plain', 'data-example': example.name, text: strings.text(example.name),
        on: { click: () => this.#load(example) },
      }))),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'rerank-query', text: strings.text('rerankQuery') }),
      this.query,
    ),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'rerank-instruction', text: strings.text('instruction') }),
      this.instruction,
    ),
    element('div', { class: 'field' },
      element(
        'div',
        { class: 'label-row' },
        element('label', { for: 'rerank-documents', text: strings.text('rerankDocuments') }),
        this.count,
      ), this.documents),
    this.message,
    element('div', { class: 'form-foot' }, this.button, element('kbd', { 'aria-hidden': 'true', text: 'Ctrl ↵' })),
    element(
      'details',
      { class: 'request' },
      element('summary', { text: strings.text('requestTitle') }),
      element('pre', { tabindex: '0' }, this.request),
    ));
    this.outcome = element('div', { class: 'outcome', role: 'status' });
    this.list = element('ol', { class: 'ranked' });
    this.root = element('div', { class: 'rerank-view' },
      element(
        'div',
        { class: 'view-title' },
        element('h1', { text: strings.text('rerankTitle') }),
        element('p', { class: 'muted', text: strings.text('rerankIntro') }),
      ),
      element('div', { class: 'split' }, this.form,
        element(
          'section',
          { class: 'outcome-side', 'aria-label': strings.text('rerankOrder') },
          this.outcome,
          this.list,
        )));
    this.#restore();
    this.#showEmpty();
  }

  show() {
    this.app.title(this.app.strings.text('viewRerank'));
  }

  hide() {
    this.#request?.abort();
  }

  focusInput() {
    this.query.focus();
  }

  #showEmpty() {
    replace(this.outcome, element('p', { class: 'placeholder-text', text: this.app.strings.text('rerankEmpty') }));
  }

  #lines() {
    return this.documents.value.split('\n').map((line) => line.trim()).filter(Boolean);
  }

  #changed() {
    const { strings, format } = this.app;
    const count = this.#lines().length;
    this.count.textContent = count > 0 ? strings.count('rerankLines', count, format.number(count)) : '';
    this.message.textContent = '';
    const draft = { query: this.query.value, instruction: this.instruction.value, documents: this.documents.value };
    sessionStorage.setItem(draftName, JSON.stringify(draft));
    this.request.textContent = curl(
      'rerank',
      {
        query: draft.query,
        documents: this.#lines(),
        ...(draft.instruction ? { instruction: draft.instruction } : {}),
      },
    );
  }

  #restore() {
    try {
      const draft = JSON.parse(sessionStorage.getItem(draftName) ?? '{}');
      this.query.value = draft.query ?? '';
      this.instruction.value = draft.instruction ?? '';
      this.documents.value = draft.documents ?? '';
    } catch {
      sessionStorage.removeItem(draftName);
    }
    this.#changed();
  }

  #load(example) {
    this.query.value = example.query;
    this.instruction.value = example.instruction ?? '';
    this.documents.value = example.documents.join('\n');
    this.#changed();
    this.#run();
  }

  async #run() {
    const { strings, format } = this.app;
    const documents = this.#lines();
    const query = this.query.value.trim();
    if (!query || documents.length === 0) {
      this.message.textContent = strings.text('rerankMissing');
      (query ? this.documents : this.query).focus();
      return;
    }
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.button.disabled = true;
    this.button.textContent = strings.text('rerankRunning');
    const begin = performance.now();
    try {
      const answer = await rerank({ query, documents, instruction: this.instruction.value.trim() }, request.signal);
      this.#show(documents, answer, performance.now() - begin);
      // On a narrow screen the result lies below the form.
      if (window.matchMedia('(max-width: 899px)').matches) this.outcome.scrollIntoView({ block: 'start' });
      this.app.announce(strings.text(
        'rerankDone',
        { count: strings.count('rerankLines', documents.length), time: format.time(performance.now() - begin) },
      ));
    } catch (error) {
      if (error.name !== 'AbortError') this.#showProblem(error);
    } finally {
      if (this.#request === request) {
        this.button.disabled = false;
        this.button.textContent = strings.text('rerankRun');
      }
    }
  }

  #show(documents, answer, time) {
    const { strings, format } = this.app;
    replace(this.outcome, element('p', { class: 'outcome-line' },
      element(
        'b',
        { text: strings.text(
          'rerankDone',
          {
            count: strings.count('rerankLines', documents.length, format.number(documents.length)),
            time: format.time(time),
          },
        ) },
      ),
      answer.model ? element(
        'span',
        { class: 'muted', dir: 'auto', text: strings.text('rerankModel', { model: answer.model }) },
      ) : null));
    if (answer.partial) {
      this.outcome.append(notice('warn', strings.text('noticePartial'), strings.text('rerankPartial', {
        scored: format.number(answer.partial.scored), documents: format.number(answer.partial.documents),
      })));
    }
    if (answer.truncated > 0) this.outcome.append(notice(
      'info',
      null,
      strings.count('rerankCut', answer.truncated, format.number(answer.truncated)),
    ));
    const labels = { up: 'rerankMovedUp', down: 'rerankMovedDown', none: 'rerankMovedNot' };
    slide(this.list, answer.results.map((result, place) => element('li', { 'data-id': String(result.index) },
      element(
        'div',
        { class: 'hit-place' },
        element('span', { class: 'hit-rank', text: format.number(place + 1) }),
        movement(this.app, result.index - place, labels),
      ),
      element('div', { class: 'ranked-body' },
        element('p', { dir: 'auto', text: documents[result.index] ?? '' }),
        element('div', { class: 'ranked-scores' },
          meter({
            name: strings.text('rerankProbability'),
            value: format.percent(result.probability),
            share: result.probability,
            kind: 'relevance',
          }),
          element('span', { class: 'margin', title: strings.text('whyMarginExplain') },
            element('span', { class: 'muted', text: strings.text('rerankMargin') }), element(
              'b',
              { text: result.margin === null ? '–' : format.signed(result.margin) },
            )))))));
  }

  #showProblem(problem) {
    const { strings } = this.app;
    replace(this.list);
    if (isWithoutModel(problem)) {
      replace(this.outcome, notice('info', strings.text('rerankNoModel'), strings.text('rerankNoModelText'),
        element('pre', {}, element('code', { text: 'aisle serve --index shop.db --model MODEL' }))));
      return;
    }
    replace(this.outcome, problemNotice(this.app, problem, () => this.#run()));
    if (problem.status === 401) this.app.askKey(true);
  }
}

/** Whether a server cannot rerank at all, and not only now. */
function isWithoutModel(problem) {
  return problem.status === 404 || problem.code === 'no_model';
}
