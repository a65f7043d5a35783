// What stands in for a product's picture: its maker's letters on a tint that its category chooses.

import { drawing, element } from './dom.js';

/** FNV-1a, for stable choices. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const unit of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ unit, 0x01000193) >>> 0;
  }
  return value;
}

const cjk = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;

/** One letter of Chinese, Japanese or Korean, two of others. */
function initials(text) {
  const letters = [...text.normalize('NFC')].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  if (letters.length === 0) return '·';
  if (cjk.test(letters[0])) return letters[0];
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word) && !cjk.test(word));
  const first = [...words[0]];
  return (first[0] + (words.length > 1 ? [...words[1]][0] : (first[1] ?? ''))).toUpperCase();
}

/** A drawn picture of a product that has none. */
export function placeholder(hit) {
  const path = hit.categories[0] ?? [];
  const name = hit.brand || path.at(-1) || hit.title;
  const seed = hash(hit.id);
  const shapes = [0, 1].map((place) => {
    const bits = seed >>> (place * 12);
    return drawing('circle', {
      cx: (bits & 63) + 18, cy: ((bits >>> 6) & 63) + 18, r: 26 + (bits % 17), class: 'tint-shape',
    });
  });
  return drawing(
    'svg',
    {
      viewBox: '0 0 100 100', class: 'drawn', 'aria-hidden': 'true', focusable: 'false',
      vars: { hue: hash(path.slice(0, 2).join('>') || name) % 360 },
    },
    drawing('rect', { width: 100, height: 100, class: 'tint' }),
    shapes,
    drawing('text', { x: 50, y: 51, class: 'tint-text', text: initials(name) }),
  );
}

/** A product's picture, or the drawing where there is none or it does not load. */
export function picture(hit) {
  const source = imageAddress(hit.imageUrl);
  const frame = element('div', { class: 'picture' });
  if (!source) {
    frame.append(placeholder(hit));
    return frame;
  }
  const image = element('img', {
    alt: '', loading: 'lazy', decoding: 'async', referrerpolicy: 'no-referrer', src: source,
    on: { error: () => frame.replaceChildren(placeholder(hit)) },
  });
  frame.append(image);
  return frame;
}

/** Pictures come over TLS or from this server, as the page's policy says. */
function imageAddress(text) {
  const address = webAddress(text);
  if (!address) return null;
  const url = new URL(address);
  if (url.protocol === 'http:' && url.origin !== location.origin) url.protocol = 'https:';
  return url.href;
}

/** A link that leads to a web page; null for everything else (`javascript:` among it). */
export function webAddress(text) {
  if (!text) return null;
  try {
    const url = new URL(text, location.href);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
