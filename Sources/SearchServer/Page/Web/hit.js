// One hit: place, picture, texts, price, scores, and why.

import { sendClick } from './api.js';
import { element, highlighted, icon, paths } from './dom.js';
import { picture, webAddress } from './drawing.js';
import { explanation } from './explain.js';
import { meter, movement } from './movement.js';

/**
 * A hit as a list item.
 *
 * `answer` is what it belongs to; `bestScore` the page's highest BM25 score, `isReranked` whether places can have changed.
 */
export function hitItem(app, hit, { answer, bestScore, isReranked }) {
  const { strings, format } = app;
  const panelName = `why-${hit.rank}`;
  const panel = element('div', { id: panelName, class: 'why', props: { hidden: true } });
  const button = element('button', {
    type: 'button', class: 'why-button', 'aria-expanded': 'false', 'aria-controls': panelName,
    on: {
      click: () => {
        const isOpen = panel.hidden;
        if (isOpen && !panel.hasChildNodes()) panel.append(explanation(app, hit));
        panel.hidden = !isOpen;
        button.setAttribute('aria-expanded', String(isOpen));
      },
    },
  }, element('span', { text: strings.text('why') }), icon(paths.chevron));

  const item = element('li', { class: 'hit', 'data-id': hit.id },
    element('div', { class: 'hit-place' },
      element('span', { class: 'hit-rank' }, element('span', { 'aria-hidden': 'true', text: format.number(hit.rank) }),
        element('span', { class: 'unseen', text: strings.text('rank', { rank: format.number(hit.rank) }) })),
      isReranked ? hitMovement(app, hit) : null),
    picture(hit),
    element('div', { class: 'hit-body' },
      element('h3', { dir: 'auto' }, title(hit, answer)),
      element('p', { class: 'hit-meta' }, metaParts(hit).map((part) => element('span', { dir: 'auto', text: part }))),
      hit.snippetPieces.length > 0 ? element(
        'p',
        { class: 'hit-snippet', dir: 'auto' },
        highlighted(hit.snippetPieces),
      ) : null),
    element('div', { class: 'hit-offer' },
      hit.price === null ? null : element('div', { class: 'hit-price', text: format.money(hit.price, hit.currency) }),
      stars(app, hit),
      hit.availability ? element(
        'div',
        { class: `stock ${hit.availability}`, text: strings.value('availability', hit.availability) },
      ) : null),
    element('div', { class: 'hit-scores' },
      hit.score > 0 || bestScore > 0 ? meter({
        name: strings.text('scoreBM25'), value: format.number(hit.score, 1),
        share: bestScore > 0 ? hit.score / bestScore : 0, kind: 'bm25',
      }) : null,
      isReranked ? relevance(app, hit) : null,
      button),
    panel);
  return item;
}

function title(hit, answer) {
  const pieces = highlighted(hit.titlePieces);
  const address = webAddress(hit.url);
  if (!address) return pieces;
  return element('a', {
    href: address, target: '_blank', rel: 'noopener noreferrer',
    on: { click: click, auxclick: (event) => { if (event.button === 1) click(); } },
  }, pieces);

  function click() {
    sendClick({ queryId: answer.queryId, query: answer.query, id: hit.id, place: hit.rank });
  }
}

function metaParts(hit) {
  const path = hit.categories[0];
  return [hit.brand, path ? path.slice(-2).join(' › ') : null].filter(Boolean);
}

function hitMovement(app, hit) {
  if (hit.movement === null) return element(
    'span',
    { class: 'move pin', title: app.strings.text('pinnedIn'), text: '＋' },
  );
  return movement(app, hit.movement, { up: 'movedUp', down: 'movedDown', none: 'movedNot' });
}

function relevance({ strings, format }, hit) {
  if (hit.relevance === null) {
    return element('div', { class: 'meter relevance unscored' },
      element(
        'span',
        { class: 'meter-name', text: strings.text('scoreRelevance') },
      ), element('span', { class: 'meter-none', text: strings.text('notScored') }));
  }
  return meter({
    name: strings.text('scoreRelevance'), value: format.percent(hit.relevance), share: hit.relevance, kind: 'relevance',
    title: hit.margin === null ? null : `${strings.text('whyMargin')} ${format.signed(hit.margin)}`,
  });
}

function stars({ strings, format }, hit) {
  if (hit.rating === null) return null;
  const rating = format.number(hit.rating, 1);
  const label = hit.ratingCount === null
    ? strings.text('ratingOnly', { rating })
    : strings.count('ratings', hit.ratingCount, format.number(hit.ratingCount)).replace('{rating}', rating);
  return element('div', { class: 'stars', title: label },
    element('span', { class: 'star', 'aria-hidden': 'true', text: '★' }),
    element('span', { 'aria-hidden': 'true', text: rating }),
    hit.ratingCount === null ? null : element(
      'span',
      { class: 'muted', 'aria-hidden': 'true', text: `(${format.number(hit.ratingCount)})` },
    ),
    element('span', { class: 'unseen', text: label }));
}
