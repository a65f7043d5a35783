// The row under the box: which stage ranks, what hits are sorted by, and options that few need.

import { curl } from './api.js';
import { element, icon, paths } from './dom.js';

const stages = [['bm25', 'stageBM25'], ['rerank', 'stageRerank'], ['fused', 'stageFused']];
const sorts = [
  [null, 'sortRelevance'],
  ['price', 'sortPriceUp'],
  ['-price', 'sortPriceDown'],
  ['-rating', 'sortRating'],
];

export class SearchControls {
  /** `change` is called with the parts of a search that are chosen. */
  constructor(app, change) {
    this.app = app;
    const { strings } = app;
    this.radios = new Map(stages.map(([stage, name]) => [stage, element('input', {
      type: 'radio', name: 'stage', value: stage, on: { change: () => change({ stage }) },
      'aria-label': `${strings.text(name)}: ${strings.text(`${name}Explain`)}`,
    })]));
    const segments = element('div', { class: 'segments', role: 'radiogroup', 'aria-label': strings.text('stage') },
      stages.map(([stage, name]) => element('label', { class: 'segment', title: strings.text(`${name}Explain`) },
        this.radios.get(stage), element('span', { text: strings.text(name) }))));
    this.sort = element('select', {
      'aria-label': strings.text('sort'), on: { change: () => change({ sort: this.sort.value || null }) },
    }, sorts.map(([value, name]) => element('option', { value: value ?? '', text: strings.text(name) })));
    this.moreButton = element('button', {
      type: 'button', class: 'options-button', title: strings.text('more'), 'aria-expanded': 'false',
      'aria-controls': 'more',
      on: { click: () => this.#openMore(this.more.hidden) },
    }, icon(paths.options), element('span', { text: strings.text('more') }));
    this.root = element(
      'div',
      { class: 'controls' },
      segments,
      element('span', { class: 'spring' }),
      this.moreButton,
      this.sort,
    );
    this.#buildMore(change);
  }

  #buildMore(change) {
    const { strings } = this.app;
    this.instruction = element('input', {
      id: 'instruction', type: 'text', maxlength: 2000, placeholder: strings.text('instructionHint'),
      autocomplete: 'off', dir: 'auto',
    });
    this.budget = element('input', {
      id: 'budget', type: 'number', min: 1, max: 60000, step: 1, inputmode: 'numeric',
      placeholder: strings.text('budgetHint'),
    });
    this.request = element('code', {});
    this.copyButton = element('button', {
      type: 'button', class: 'link', text: strings.text('copy'),
      on: {
        click: async () => {
          await navigator.clipboard?.writeText(this.request.textContent);
          this.copyButton.textContent = strings.text('copied');
          setTimeout(() => { this.copyButton.textContent = strings.text('copy'); }, 1500);
        },
      },
    });
    this.more = element('form', {
      id: 'more', class: 'more', props: { hidden: true },
      on: {
        submit: (event) => {
          event.preventDefault();
          change({
            instruction: this.instruction.value.trim(),
            budget: Number(this.budget.value) > 0 ? Math.floor(Number(this.budget.value)) : null,
          });
        },
      },
    },
    element(
      'div',
      { class: 'field wide' },
      element('label', { for: 'instruction', text: strings.text('instruction') }),
      this.instruction,
    ),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'budget', text: `${strings.text('budget')} (${strings.text('budgetUnit')})` }),
      this.budget,
    ),
    element('button', { class: 'plain', text: strings.text('apply') }),
    element('div', { class: 'request' }, element(
      'div',
      { class: 'request-top' },
      element('span', { class: 'label', text: strings.text('requestTitle') }),
      this.copyButton,
    ),
      element('pre', { tabindex: '0' }, this.request)));
  }

  #openMore(isOpen) {
    this.more.hidden = !isOpen;
    this.moreButton.setAttribute('aria-expanded', String(isOpen));
  }

  /** Shows a search; `stage` is the one the server chose where the search names none. */
  show(state, stage) {
    const shown = state.stage ?? stage;
    for (const [name, radio] of this.radios) radio.checked = name === shown;
    this.sort.value = state.sort ?? '';
    this.instruction.value = state.instruction;
    this.budget.value = state.budget === null ? '' : String(state.budget);
    if (state.instruction || state.budget !== null) this.#openMore(true);
  }

  /** Shows the request a search makes. */
  showRequest(query) {
    this.request.textContent = curl(`search?${query}`);
  }

  /** A stage's name as a text's key. */
  nameOf(stage) {
    return stages.find(([name]) => name === stage)?.[1] ?? 'stageBM25';
  }
}
