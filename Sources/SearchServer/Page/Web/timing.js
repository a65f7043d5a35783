// Where an answer's time went, stage by stage, and what the reranker did with it.

import { element } from './dom.js';

/** The stages' times as a bar and in words. */
export function timing(app, answer, isReranked) {
  const { strings, format } = app;
  const total = Math.max(answer.milliseconds, answer.firstStageMilliseconds, Number.MIN_VALUE);
  const parts = [{ kind: 'bm25', name: 'timeFirst', time: answer.firstStageMilliseconds }];
  if (answer.rerank.ms > 0) parts.push({ kind: 'relevance', name: 'timeRerank', time: answer.rerank.ms });
  const known = parts.reduce((sum, part) => sum + part.time, 0);
  const whole = Math.max(total, known);
  return [
    element(
      'div',
      { class: 'time-bar', 'aria-hidden': 'true' },
      parts.map((part) => element('span', { class: part.kind, vars: { share: part.time / whole } })),
    ),
    element('div', { class: 'time-text' },
      parts.map((part) => element(
        'span',
        { class: `time ${part.kind}` },
        element('span', { class: 'time-name', text: strings.text(part.name) }),
        element('b', { text: format.time(part.time) }),
      )),
      element(
        'span',
        { class: 'time' },
        element('span', { class: 'time-name', text: strings.text('timeTotal') }),
        element('b', { text: format.time(whole) }),
      )),
    isReranked ? element(
      'div',
      { class: 'time-note' },
      notes(app, answer).map((text) => element('span', { dir: 'auto', text })),
    ) : null,
  ];
}

function notes({ strings, format }, answer) {
  const { rerank } = answer;
  const found = [strings.text(
    'scoredOf',
    { scored: format.number(rerank.scored), candidates: format.number(rerank.candidates) },
  )];
  if (rerank.cached > 0) found.push(strings.text('cached', { count: format.number(rerank.cached) }));
  const moves = answer.hits.map((hit) => hit.movement).filter((move) => move !== null);
  found.push(strings.text('moved', {
    up: format.number(moves.filter((move) => move > 0).length),
    down: format.number(moves.filter((move) => move < 0).length),
    same: format.number(moves.filter((move) => move === 0).length),
  }));
  // A model in a folder is named by its last part.
  if (rerank.model) found.push(rerank.model.split('/').slice(rerank.model.startsWith('/') ? -1 : 0).join('/'));
  return found;
}
