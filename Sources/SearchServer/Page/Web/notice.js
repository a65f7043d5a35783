// What did not go as asked, said calmly and in full.

import { element, icon, paths } from './dom.js';

/** A notice; `tone` is `info`, `warn` or `error`. */
export function notice(tone, title, ...content) {
  return element('div', { class: `notice ${tone}` },
    icon(paths.info),
    element(
      'div',
      {},
      title ? element('strong', { text: title }) : null,
      content.filter(Boolean).map((part) => (typeof part === 'string' ? element('p', { text: part }) : part)),
    ));
}

/** What a search's answer has to say about itself. */
export function answerNotices(app, answer, stage) {
  const { strings, format } = app;
  const { rerank } = answer;
  const found = [];
  const wantsRerank = stage !== 'bm25';
  const reason = rerank.reason ? reasonText(app, rerank.reason) : null;
  if (rerank.status === 'failed') {
    found.push(notice('warn', strings.text('noticeFailed'), strings.text('noticeFailedText'), reason));
  } else if (rerank.status === 'partial') {
    found.push(notice('warn', strings.text('noticePartial'), strings.text('noticePartialText', {
      scored: format.number(rerank.scored), candidates: format.number(rerank.candidates),
    }), reason));
  } else if (rerank.status === 'skipped' && wantsRerank && answer.hits.length > 0 && answer.query.trim() !== '') {
    found.push(notice('info', strings.text('noticeSkipped'), strings.text('noticeSkippedText'), reason));
  }
  if (rerank.dropped > 0) found.push(notice(
    'info',
    null,
    strings.count('noticeDropped', rerank.dropped, format.number(rerank.dropped)),
  ));
  if (answer.isRelaxed) found.push(notice('info', null, strings.text('relaxed')));
  if (answer.isPartial) found.push(notice('warn', null, strings.text('partial')));
  if (answer.isTruncated) found.push(notice('info', null, strings.text('truncated')));
  return found;
}

function reasonText({ strings }, text) {
  const [before, after] = strings.around('reason', 'reason');
  const shown = strings.reason(text);
  return element(
    'p',
    { class: 'reason' },
    before,
    element('span', { text: shown, lang: shown === text.replace(/[.。]$/, '') ? 'en' : null }),
    after,
  );
}

/** A failed request, with what can be done about it. */
export function problemNotice(app, problem, retry) {
  const { strings } = app;
  const again = element(
    'button',
    { type: 'button', class: 'plain', text: strings.text('retry'), on: { click: retry } },
  );
  if (problem.status === 401 || problem.status === 403) {
    return notice('warn', strings.text('errorNotAllowed'), strings.text('errorNotAllowedText'), detail(problem),
      element('div', { class: 'notice-buttons' }, element('button', {
        type: 'button', class: 'plain', text: strings.text('enterKey'), on: { click: () => app.askKey() },
      })));
  }
  if (problem.status === 0) {
    return notice(
      'error',
      strings.text('errorUnreachable'),
      strings.text('errorUnreachableText'),
      element('div', { class: 'notice-buttons' }, again),
    );
  }
  return notice('error', strings.text('errorTitle'), detail(problem),
    problem.field ? strings.text('errorField', { field: problem.field }) : null,
    element('div', { class: 'notice-buttons' }, again));
}

function detail(problem) {
  return element('p', { lang: 'en', dir: 'auto', text: problem.message });
}
