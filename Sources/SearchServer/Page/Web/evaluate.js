// The evaluate view: reports that lie in the server's folder, and one of them in a frame that may do nothing.

import { reports } from './api.js';
import { element, icon, paths, replace } from './dom.js';
import { notice, problemNotice } from './notice.js';
import { formatRoute } from './route.js';

export class EvaluateView {
  #request = null;

  constructor(app) {
    this.app = app;
    this.root = element('div', { class: 'evaluate-view' });
  }

  hide() {
    this.#request?.abort();
  }

  async show(route) {
    const { strings } = this.app;
    this.app.title(route.name || strings.text('viewEvaluate'));
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    try {
      const found = await reports(request.signal);
      if (route.name) this.#showReport(found, route.name);
      else this.#showList(found);
    } catch (error) {
      if (error.name === 'AbortError') return;
      this.#showProblem(error, route);
    }
  }

  #title() {
    const { strings } = this.app;
    return element(
      'div',
      { class: 'view-title' },
      element('h1', { text: strings.text('evaluateTitle') }),
      element('p', { class: 'muted', text: strings.text('evaluateIntro') }),
    );
  }

  #showProblem(problem, route) {
    const { strings } = this.app;
    if (problem.status === 404) {
      replace(
        this.root,
        this.#title(),
        this.#hint('reportsOff', 'reportsOffText', 'aisle serve --index shop.db --reports DIR'),
      );
      return;
    }
    replace(this.root, this.#title(), problemNotice(this.app, problem, () => this.show(route)));
    if (problem.status === 401) this.app.askKey(true);
  }

  #hint(title, text, command) {
    const { strings } = this.app;
    return notice(
      'info',
      strings.text(title),
      strings.text(text),
      element('pre', {}, element('code', { text: command })),
    );
  }

  #showList(found) {
    const command = 'aisle eval --qrels qrels.tsv --run bm25.run --run fused.run \\\n  --report DIR/fused.html --json > DIR/fused.json';
    replace(this.root, this.#title(),
      found.length === 0 ? this.#hint('reportsNone', 'reportsNoneText', command) : element(
        'div',
        { class: 'reports' },
        found.map((report) => this.#card(report)),
      ));
  }

  #card(report) {
    const { strings, format } = this.app;
    const metrics = [...new Set(report.runs.flatMap((run) => Object.keys(run.metrics)))];
    const best = new Map(metrics.map((metric) => {
      const values = report.runs.map((run) => run.metrics[metric] ?? -Infinity);
      return [metric, Math.max(...values) > Math.min(...values) ? Math.max(...values) : null];
    }));
    return element('article', { class: 'report' },
      element('header', {},
        element(
          'h2',
          {},
          element('a', { href: formatRoute('evaluate', undefined, report.name), dir: 'auto', text: nameOf(report) }),
        ),
        element(
          'p',
          { class: 'muted' },
          element('span', { text: format.date(report.date) }),
          report.queries ? element(
            'span',
            { text: strings.text('reportQueries', { count: format.number(report.queries) }) },
          ) : null,
        )),
      report.runs.length === 0 ? element(
        'p',
        { class: 'muted', text: strings.text('reportNoFigures') },
      ) : element('div', { class: 'scroll', tabindex: '0' }, element('table', {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            element('th', { scope: 'col', text: strings.text('reportRun') }),
            metrics.map((metric) => element('th', { scope: 'col', class: 'number', text: metric })),
          ),
        ),
        element('tbody', {}, report.runs.map((run) => element('tr', {}, element(
          'th',
          { scope: 'row', dir: 'auto', text: run.name },
        ),
          metrics.map((metric) => {
            const value = run.metrics[metric];
            const isBest = value !== undefined && value === best.get(metric);
            return element(
              'td',
              { class: `number${isBest ? ' best' : ''}`, text: value === undefined ? '–' : format.number(value, 4) },
            );
          })))))),
      report.comparisons.length === 0 ? null : element('ul', { class: 'changes' }, report.comparisons.map((change) => element('li', {},
        element('span', { dir: 'auto', text: change.run }), element(
          'span',
          { class: 'muted', dir: 'auto', text: strings.text('reportChange', { baseline: change.baseline }) },
        ),
        element('span', { text: change.metric }),
        element(
          'b',
          {
            class: change.difference > 0 ? 'rise' : change.difference < 0 ? 'fall' : null,
            text: format.signed(change.difference, 4),
          },
        ),
        element(
          'span',
          {
            class: 'muted',
            text: strings.text(
              'reportP',
              { p: change.p < 0.001 ? `< ${format.number(0.001, 3)}` : format.number(change.p, 3) },
            ).replace('= <', '<'),
          },
        )))));
  }

  #showReport(found, name) {
    const { strings } = this.app;
    const back = element(
      'a',
      { class: 'back', href: formatRoute('evaluate') },
      icon(paths.back),
      strings.text('reportBack'),
    );
    const report = found.find((entry) => entry.name === name);
    if (!report) {
      replace(this.root, back, notice('info', null, strings.text('reportMissing')));
      return;
    }
    replace(this.root,
      element('div', { class: 'report-top' }, back, element('h1', { dir: 'auto', text: nameOf(report) }),
        element(
          'a',
          { class: 'external', href: report.address, target: '_blank', rel: 'noopener noreferrer' },
          strings.text('reportTab'),
          icon(paths.external),
        )),
      element(
        'iframe',
        {
          class: 'report-frame',
          sandbox: '',
          src: report.address,
          title: strings.text('reportFrame', { name: nameOf(report) }),
          referrerpolicy: 'no-referrer',
        },
      ));
  }
}

/** A report's file name without what all have. */
function nameOf(report) {
  return report.name.replace(/\.html?$/, '');
}
