// A search box for a shop's own pages: <aisle-search server="https://search.shop.example"></aisle-search>
// One file without dependencies; docs/embedding.md says what it takes. Product text becomes text, never markup.

(() => {
  const pause = 150;

  const texts = {
    en: {
      label: 'Search products',
      none: 'Nothing found',
      failed: 'Search is not available',
      all: 'Show all {total} results',
    },
    zh: { label: '搜索商品', none: '没有找到商品', failed: '暂时无法搜索', all: '查看全部 {total} 件商品' },
  };

  const style = `
    :host { display: block; position: relative; font: inherit; color: inherit;
      --aisle-accent: #0f6b5c; --aisle-surface: #fff; --aisle-ink: #1d1c1a; --aisle-soft: #605c56; --aisle-line: #d5d1c9;
      --aisle-hover: #f3f1ed; --aisle-mark: #fdf0b6; --aisle-radius: 10px; }
    :host([hidden]) { display: none; }
    :host([theme="dark"]) { --aisle-accent: #62cdb7; --aisle-surface: #1b1d20; --aisle-ink: #eceae6; --aisle-soft: #a8a6a1;
      --aisle-line: #3b3f45; --aisle-hover: #26292e; --aisle-mark: #57480f; }
    * { box-sizing: border-box; }
    input { width: 100%; min-height: 44px; padding: 8px 16px; font: inherit; font-size: 16px; color: var(--aisle-ink);
      background: var(--aisle-surface); border: 1px solid var(--aisle-line); border-radius: var(--aisle-radius); }
    input:focus { outline: 2px solid var(--aisle-accent); outline-offset: -1px; }
    .panel { position: absolute; inset: calc(100% + 6px) 0 auto; z-index: 1000; max-height: 70vh; overflow-y: auto; padding: 6px;
      color: var(--aisle-ink); background: var(--aisle-surface); border: 1px solid var(--aisle-line);
      border-radius: var(--aisle-radius); box-shadow: 0 8px 28px rgb(0 0 0 / 14%); }
    [hidden] { display: none; }
    ul { list-style: none; margin: 0; padding: 0; }
    li { display: flex; align-items: center; gap: 12px; padding: 8px 10px; border-radius: 7px; cursor: pointer; }
    li[aria-selected="true"], li:hover { background: var(--aisle-hover); }
    img { width: 44px; height: 44px; flex: none; object-fit: contain; background: #fff; border-radius: 6px; }
    .text { flex: 1; min-width: 0; overflow-wrap: anywhere; }
    .meta { display: block; font-size: 0.85em; color: var(--aisle-soft); }
    .price { font-weight: 600; white-space: nowrap; }
    mark { color: inherit; background: var(--aisle-mark); border-radius: 3px; }
    p { margin: 0; padding: 10px; color: var(--aisle-soft); }
    .all { color: var(--aisle-accent); font-weight: 600; justify-content: center; }`;

  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

  class AisleSearch extends HTMLElement {
    #timer = 0;
    #request = null;
    #hits = [];
    #answer = null;
    #active = -1;

    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
      const language = this.getAttribute('lang') ?? (document.documentElement.lang || navigator.language);
      this.words = language.startsWith('zh') ? texts.zh : texts.en;
      this.locale = language;
      const label = this.getAttribute('placeholder') ?? this.words.label;
      this.input = make('input', {
        type: 'text', role: 'combobox', part: 'input', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search',
        dir: 'auto', maxlength: 1000,
        placeholder: label, 'aria-label': label, 'aria-autocomplete': 'list', 'aria-expanded': 'false',
        'aria-controls': 'hits',
      });
      this.list = make('ul', { id: 'hits', role: 'listbox', 'aria-label': label });
      this.message = make('p', { role: 'status' });
      this.panel = make('div', { class: 'panel', part: 'panel' }, this.message, this.list);
      this.panel.hidden = true;
      this.input.addEventListener('input', () => this.#typed());
      this.input.addEventListener('keydown', (event) => this.#onKey(event));
      this.input.addEventListener('focus', () => { if (this.#answer && this.input.value.trim()) this.#open(true); });
      this.addEventListener('focusout', () => this.#open(false));
      // A click must not take the focus, which would close the panel before it arrives.
      this.panel.addEventListener('pointerdown', (event) => event.preventDefault());
      root.append(this.input, this.panel);
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.#request?.abort();
    }

    #address(path) {
      return new URL(path, new URL(`${this.getAttribute('server') ?? ''}/`.replace(/\/+$/, '/'), location.href));
    }

    #headers(more = {}) {
      const key = this.getAttribute('key');
      return key ? { ...more, Authorization: `Bearer ${key}` } : more;
    }

    #typed() {
      clearTimeout(this.#timer);
      this.#request?.abort();
      if (!this.input.value.trim()) {
        this.#answer = null;
        this.#open(false);
      } else {
        this.#timer = setTimeout(() => this.#search(), pause);
      }
    }

    async #search() {
      this.#request = new AbortController();
      const { signal } = this.#request;
      const query = this.input.value.trim();
      const address = this.#address('search');
      address.search = new URLSearchParams({ q: query, top: this.getAttribute('limit') ?? '6', prefix: 'true' });
      for (const name of ['stage', 'filter']) if (this.hasAttribute(name)) address.searchParams.set(name, this.getAttribute(name));
      try {
        const response = await fetch(
          address,
          { signal, headers: this.#headers(), referrerPolicy: 'no-referrer', credentials: 'omit' },
        );
        if (!response.ok) throw new Error(`${response.status}`);
        this.#answer = await response.json();
        this.#show(this.#answer);
      } catch (error) {
        if (error.name === 'AbortError') return;
        this.#answer = null;
        this.#hits = [];
        this.list.replaceChildren();
        this.message.textContent = this.words.failed;
        this.message.hidden = false;
        this.#open(true);
        this.dispatchEvent(new CustomEvent(
          'aisle-error',
          { detail: { message: String(error.message) }, bubbles: true, composed: true },
        ));
      }
    }

    #show(answer) {
      this.#hits = answer.hits ?? [];
      this.#active = -1;
      this.message.textContent = this.words.none;
      this.message.hidden = this.#hits.length > 0;
      const items = this.#hits.map((hit, place) => this.#item(hit, place));
      if (this.hasAttribute('action') && this.#hits.length > 0) {
        const total = (answer.total ?? this.#hits.length).toLocaleString(this.locale);
        const all = make(
          'li',
          { class: 'all', role: 'option', id: `hit-${items.length}`, 'aria-selected': 'false' },
          this.words.all.replace('{total}', total),
        );
        all.addEventListener('click', () => this.#submit());
        items.push(all);
      }
      this.list.replaceChildren(...items);
      this.input.removeAttribute('aria-activedescendant');
      this.#open(true);
    }

    #item(hit, place) {
      const meta = [hit.brand, hit.categories?.[0]?.at(-1)].filter(Boolean).join(' · ');
      const item = make('li', { role: 'option', id: `hit-${place}`, part: 'hit', 'aria-selected': 'false' });
      const picture = web(hit.image_url);
      if (picture) {
        const image = make('img', { src: picture, alt: '', loading: 'lazy', referrerpolicy: 'no-referrer' });
        image.addEventListener('error', () => image.remove());
        item.append(image);
      }
      item.append(make(
        'span',
        { class: 'text', dir: 'auto' },
        ...marked(hit.title_html, hit.title),
        make('span', { class: 'meta' }, meta),
      ));
      if (typeof hit.price === 'number') item.append(make(
        'span',
        { class: 'price', part: 'price' },
        this.#money(hit.price, hit.currency),
      ));
      item.addEventListener('click', () => this.#choose(place));
      return item;
    }

    #money(price, currency) {
      try {
        return price.toLocaleString(this.locale, { style: 'currency', currency });
      } catch {
        return `${price} ${currency ?? ''}`.trim();
      }
    }

    #open(isOpen) {
      this.panel.hidden = !isOpen;
      this.input.setAttribute('aria-expanded', String(isOpen));
    }

    /** Tells the server of the click, the page of the choice, and goes to the product unless the page says no. */
    #choose(place) {
      const hit = this.#hits[place];
      if (!hit) return this.#submit();
      const { query_id: queryId, query } = this.#answer;
      const event = {
        action_name: 'click', timestamp: new Date().toISOString(), query_id: queryId, user_query: query,
        event_attributes: { object: { object_id: hit.id, object_id_field: 'id' }, position: { ordinal: hit.rank } },
      };
      fetch(this.#address('events'), {
        method: 'POST', keepalive: true, credentials: 'omit', referrerPolicy: 'no-referrer',
        headers: this.#headers({ 'Content-Type': 'application/json' }), body: JSON.stringify(event),
      }).catch(() => {});
      const chosen = new CustomEvent(
        'aisle-choose',
        { detail: { hit, query, queryId }, bubbles: true, composed: true, cancelable: true },
      );
      const address = web(hit.url);
      if (this.dispatchEvent(chosen) && address) location.assign(address);
    }

    /** All results: the page's own, at `action` with `{query}` in it. */
    #submit() {
      const query = this.input.value.trim();
      if (!query) return;
      this.#open(false);
      const sent = new CustomEvent(
        'aisle-submit',
        { detail: { query }, bubbles: true, composed: true, cancelable: true },
      );
      const action = this.getAttribute('action');
      const address = action && web(action.replace('{query}', encodeURIComponent(query)));
      if (this.dispatchEvent(sent) && address) location.assign(address);
    }

    #onKey(event) {
      if (event.isComposing) return;
      const count = this.list.children.length;
      if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !this.panel.hidden && count > 0) {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        this.#active = ((this.#active + 1 + step + count + 1) % (count + 1)) - 1;
        [...this.list.children].forEach((item, place) => item.setAttribute(
          'aria-selected',
          String(place === this.#active),
        ));
        if (this.#active < 0) this.input.removeAttribute('aria-activedescendant');
        else this.input.setAttribute('aria-activedescendant', `hit-${this.#active}`);
        this.list.children[this.#active]?.scrollIntoView({ block: 'nearest' });
      } else if (event.key === 'Enter') {
        event.preventDefault();
        if (this.#active >= 0 && !this.panel.hidden) this.#choose(this.#active);
        else this.#submit();
      } else if (event.key === 'Escape') {
        this.#open(false);
      }
    }
  }

  function make(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  /** A web address; nothing else (`javascript:`) leads anywhere. */
  function web(text) {
    try {
      const url = new URL(text, location.href);
      return text && /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  }

  /** The server's highlighted title as text and <mark> elements. */
  function marked(html, title) {
    if (!html) return [title ?? ''];
    let isMatch = false;
    const nodes = [];
    for (const part of html.split(/(<mark>|<\/mark>)/)) {
      if (part === '<mark>' || part === '</mark>') {
        isMatch = part === '<mark>';
      } else if (part) {
        const text = part.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
        nodes.push(isMatch ? make('mark', {}, text) : text);
      }
    }
    return nodes;
  }

  if (!customElements.get('aisle-search')) customElements.define('aisle-search', AisleSearch);
})();
