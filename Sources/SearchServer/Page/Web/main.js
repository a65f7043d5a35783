// The page's frame: header, language, theme, the key dialog, and which view is shown.

import { key } from './api.js';
import { element, icon, paths, replace } from './dom.js';
import { EvaluateView } from './evaluate.js';
import { Format } from './format.js';
import { RerankView } from './rerank.js';
import { formatRoute, parseRoute } from './route.js';
import { SearchView } from './search.js';
import { Strings } from './strings.js';

const views = { search: SearchView, rerank: RerankView, evaluate: EvaluateView };
const themes = ['auto', 'light', 'dark'];

class App {
  constructor() {
    this.theme = themes.includes(localStorage.getItem('aisle.theme')) ? localStorage.getItem('aisle.theme') : 'auto';
    this.addresses = {};
    this.setLanguage(localStorage.getItem('aisle.language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en'));
    window.addEventListener('hashchange', () => this.show());
    document.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Builds everything in a language and shows the address's view. */
  setLanguage(language) {
    this.strings = new Strings(language);
    this.format = new Format(this.strings.locale);
    document.documentElement.lang = this.strings.language === 'zh' ? 'zh-CN' : 'en';
    this.view?.hide?.();
    this.view = null;
    this.built = {};
    this.build();
    this.setTheme(this.theme);
    this.show();
  }

  setTheme(theme) {
    this.theme = theme;
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const name = `theme${theme.charAt(0).toUpperCase()}${theme.slice(1)}`;
    this.themeButton.setAttribute('aria-label', this.strings.text(name));
    this.themeButton.title = this.strings.text(name);
    replace(this.themeButton, icon({ auto: paths.auto, light: paths.sun, dark: paths.moon }[theme]));
  }

  build() {
    const { strings } = this;
    this.tabs = new Map(Object.keys(views).map((name) => [name, element('a', {
      class: 'tab', href: formatRoute(name), text: strings.text(`view${name.charAt(0).toUpperCase()}${name.slice(1)}`),
    })]));
    this.themeButton = element('button', {
      class: 'round', type: 'button',
      on: {
        click: () => {
          const next = themes[(themes.indexOf(this.theme) + 1) % themes.length];
          localStorage.setItem('aisle.theme', next);
          this.setTheme(next);
        },
      },
    });
    this.keyButton = element('button', {
      class: 'round', type: 'button', 'aria-label': strings.text('keyTitle'), title: strings.text('keyTitle'),
      props: { hidden: !key.get() }, on: { click: () => this.askKey() },
    }, icon(paths.key));
    const language = element('button', {
      class: 'quiet language', type: 'button', text: strings.text('switchLanguage'),
      'aria-label': strings.text('switchLanguageLabel'), lang: strings.language === 'zh' ? 'en' : 'zh-CN',
      on: {
        click: () => {
          const next = strings.language === 'zh' ? 'en' : 'zh';
          localStorage.setItem('aisle.language', next);
          this.setLanguage(next);
        },
      },
    });
    this.main = element('main', { id: 'content', tabindex: '-1' });
    this.status = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
    this.buildDialog();
    const skip = element('a', {
      class: 'skip', href: '#content', text: strings.text('skip'),
      on: { click: (event) => { event.preventDefault(); this.main.focus(); } },
    });
    const brand = element('a', { class: 'brand', href: formatRoute('search') },
      element('img', { src: 'favicon.svg', alt: '', width: 26, height: 26 }), element('span', { text: 'Aisle' }));
    replace(document.body,
      skip,
      element('header', { class: 'top' },
        element('div', { class: 'top-row' },
          brand,
          element('nav', { class: 'tabs', 'aria-label': strings.text('views') }, [...this.tabs.values()]),
          element('div', { class: 'tools' }, this.keyButton, language, this.themeButton))),
      this.main, this.status, this.dialog);
  }

  buildDialog() {
    const { strings } = this;
    this.keyField = element('input', {
      type: 'password', name: 'key', autocomplete: 'off', spellcheck: 'false', required: true,
      'aria-label': strings.text('keyTitle'),
    });
    this.keyMessage = element('p', { class: 'problem', role: 'alert' });
    const form = element('form', {
      on: {
        submit: (event) => {
          event.preventDefault();
          key.set(this.keyField.value.trim());
          this.keyButton.hidden = false;
          this.dialog.close();
          this.show();
        },
      },
    },
    element('h2', { text: strings.text('keyTitle') }),
    element('p', { text: strings.text('keyExplain') }),
    this.keyMessage,
    this.keyField,
    element('div', { class: 'dialog-buttons' },
      element('button', {
        type: 'button', class: 'quiet', text: strings.text('keyForget'),
        on: { click: () => { key.forget(); this.keyField.value = ''; this.keyButton.hidden = true; this.dialog.close(); this.show(); } },
      }),
      element(
        'button',
        { type: 'button', class: 'plain', text: strings.text('cancel'), on: { click: () => this.dialog.close() } },
      ),
      element('button', { class: 'primary', text: strings.text('keyUse') })));
    this.dialog = element('dialog', { class: 'key-dialog', 'aria-label': strings.text('keyTitle') }, form);
  }

  /** Asks for a key; says so when the one there is was refused. */
  askKey(wasRefused = false) {
    this.keyMessage.textContent = wasRefused && key.get() ? this.strings.text('keyWrong') : '';
    this.keyField.value = '';
    if (!this.dialog.open) this.dialog.showModal();
    this.keyField.focus();
  }

  /** Shows what the address says. */
  show() {
    const route = parseRoute(location.hash);
    this.addresses[route.view] = location.hash;
    for (const [name, tab] of this.tabs) {
      const isCurrent = name === route.view;
      if (isCurrent) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
      // Coming back to a view finds it as it was left.
      tab.href = isCurrent ? formatRoute(name) : (this.addresses[name] ?? formatRoute(name));
    }
    this.built[route.view] ??= new views[route.view](this);
    const view = this.built[route.view];
    if (this.view !== view) {
      this.view?.hide?.();
      this.view = view;
      replace(this.main, view.root);
      window.scrollTo(0, 0);
    }
    view.show(route);
  }

  /** The page's title. */
  title(text) {
    document.title = text ? `${text} · Aisle` : 'Aisle';
  }

  /** For those who hear the page. */
  announce(text) {
    this.status.textContent = text;
  }

  onKey(event) {
    const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog[open]');
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      this.view?.focusInput?.();
    }
  }
}

new App();
