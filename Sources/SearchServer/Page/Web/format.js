// Numbers, money and dates as the interface's language writes them.

export class Format {
  #locale;
  #money = new Map();

  constructor(locale) {
    this.#locale = locale;
  }

  number(value, digits = 0) {
    return value.toLocaleString(this.#locale, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  }

  /** An amount; a currency that is none is shown behind the number. */
  money(amount, currency) {
    if (!currency) return this.plain(amount);
    if (!this.#money.has(currency)) this.#money.set(currency, this.#moneyFormat(currency));
    const format = this.#money.get(currency);
    return format ? format.format(amount) : `${this.plain(amount)} ${currency}`;
  }

  #moneyFormat(currency) {
    try {
      return new Intl.NumberFormat(this.#locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
    } catch {
      return null;
    }
  }

  plain(amount) {
    return amount.toLocaleString(this.#locale, { maximumFractionDigits: 2 });
  }

  /** 0.4 ms, 13 ms, 1.24 s. */
  time(milliseconds) {
    if (milliseconds >= 1000) return `${this.number(milliseconds / 1000, 2)} s`;
    return `${this.number(milliseconds, milliseconds < 10 ? 1 : 0)} ms`;
  }

  /** With a sign, as log-odds are read. */
  signed(value, digits = 2) {
    return value.toLocaleString(this.#locale, {
      maximumFractionDigits: digits, minimumFractionDigits: digits, signDisplay: 'exceptZero',
    });
  }

  percent(share) {
    const digits = share > 0 && share < 0.1 ? 1 : 0;
    return share.toLocaleString(this.#locale, { style: 'percent', maximumFractionDigits: digits });
  }

  date(text) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) return '';
    return date.toLocaleString(this.#locale, { dateStyle: 'medium', timeStyle: 'short' });
  }
}
