// The search box: what was typed, and a list of what it may become (an ARIA combobox with a list).

import { suggest } from './api.js';
import { element, highlighted, icon, paths, replace } from './dom.js';

const pause = 120;

export class SearchBox {
  #options = [];
  #active = -1;
  #timer = null;
  #request = null;

  /** `submit` is called with the text that is searched, `choose` with a suggestion that is no text: a brand, a category. */
  constructor(app, { submit, choose }) {
    this.app = app;
    this.submit = submit;
    this.choose = choose;
    const { strings } = app;
    this.input = element('input', {
      id: 'query', type: 'text', name: 'q', role: 'combobox', autocomplete: 'off', autocapitalize: 'none',
      spellcheck: 'false',
      enterkeyhint: 'search', maxlength: 1000, dir: 'auto', placeholder: strings.text('searchHint'),
      'aria-label': strings.text('searchLabel'), 'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': 'suggestions',
      on: {
        input: () => this.#typed(),
        keydown: (event) => this.#onKey(event),
        blur: () => this.close(),
      },
    });
    this.clearButton = element('button', {
      type: 'button', class: 'round clear', 'aria-label': strings.text('clear'), props: { hidden: true },
      on: { click: () => { this.setText(''); this.input.focus(); } },
    }, icon(paths.close));
    this.list = element('ul', {
      id: 'suggestions', role: 'listbox', 'aria-label': strings.text('suggestions'), props: { hidden: true },
    });
    this.hint = element('kbd', { class: 'slash', 'aria-hidden': 'true', text: '/' });
    this.root = element('form', {
      class: 'box', role: 'search',
      on: { submit: (event) => { event.preventDefault(); this.#send(this.input.value); } },
    },
    icon(paths.search, { class: 'icon box-icon' }), this.input, this.hint, this.clearButton,
    element('button', { class: 'primary', text: strings.text('searchButton') }), this.list);
  }

  setText(text) {
    this.input.value = text;
    this.#showButtons();
    this.close();
  }

  close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#show([]);
  }

  #showButtons() {
    this.clearButton.hidden = this.input.value === '';
    this.hint.hidden = this.input.value !== '';
  }

  #send(text) {
    this.close();
    this.submit(text.trim());
  }

  #typed() {
    this.#showButtons();
    clearTimeout(this.#timer);
    this.#request?.abort();
    const text = this.input.value;
    if (!text.trim()) return this.#show([]);
    this.#timer = setTimeout(() => this.#ask(text), pause);
  }

  async #ask(text) {
    this.#request = new AbortController();
    try {
      const found = await suggest(text, this.#request.signal);
      if (this.input.value === text && document.activeElement === this.input) this.#show(found);
    } catch {
      // Without suggestions the box still searches; what is wrong shows there.
      this.#show([]);
    }
  }

  #show(options) {
    this.#options = options;
    this.#active = -1;
    this.list.hidden = options.length === 0;
    this.input.setAttribute('aria-expanded', String(options.length > 0));
    this.input.removeAttribute('aria-activedescendant');
    replace(this.list, options.map((option, place) => this.#item(option, place)));
    if (options.length > 0) this.app.announce(this.app.strings.count('suggestionCount', options.length));
  }

  #item(option, place) {
    const { strings, format } = this.app;
    const notes = [
      option.kind === 'query' ? null : strings.field(option.kind),
      option.products === null ? null : strings.count('resultCount', option.products, format.number(option.products)),
    ].filter(Boolean);
    return element('li', {
      id: `suggestion-${place}`, role: 'option', 'aria-selected': 'false',
      on: {
        // Before the box loses the focus and closes the list.
        pointerdown: (event) => event.preventDefault(),
        click: () => this.#choose(place),
      },
    },
    icon(option.kind === 'query' ? paths.search : paths.filter),
    element('span', { class: 'suggestion-text', dir: 'auto' }, highlighted(option.pieces)),
    notes.length > 0 ? element('span', { class: 'suggestion-note', text: notes.join(' · ') }) : null);
  }

  #choose(place) {
    const option = this.#options[place];
    if (option.kind !== 'query') {
      this.close();
      this.choose(option);
      return;
    }
    this.input.value = option.text;
    this.#showButtons();
    this.#send(option.text);
  }

  #activate(place) {
    this.#active = place;
    [...this.list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === place)));
    if (place < 0) return this.input.removeAttribute('aria-activedescendant');
    this.input.setAttribute('aria-activedescendant', `suggestion-${place}`);
    this.list.children[place].scrollIntoView({ block: 'nearest' });
  }

  #onKey(event) {
    // While an input method composes, its keys are its own.
    if (event.isComposing || event.keyCode === 229) return;
    const count = this.#options.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (count === 0) {
        if (event.key === 'ArrowDown' && this.input.value.trim()) this.#ask(this.input.value);
        return;
      }
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      // From the last to what was typed, and around.
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === 'Enter' && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.#active);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (count > 0) this.close();
      else if (this.input.value) this.setText('');
      else this.input.blur();
    }
  }
}
