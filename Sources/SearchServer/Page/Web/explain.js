// Why a hit is where it is: both stages' reasons, and what else is known of the product.

import { element } from './dom.js';
import { meter } from './movement.js';

const shownForms = 4;

/** The panel under a hit. */
export function explanation(app, hit) {
  return element('div', { class: 'why-panel' },
    placeSection(app, hit), wordSection(app, hit), modelSection(app, hit), blendSection(app, hit), productSection(app, hit));
}

function section(title, ...content) {
  return element('section', {}, element('h4', { text: title }), content);
}

function facts(entries) {
  return element('dl', { class: 'facts' }, entries.filter(Boolean).map(([name, value]) => [
    element('dt', { text: name }), element('dd', { text: value, dir: 'auto' }),
  ]).flat());
}

function placeSection({ strings, format }, hit) {
  const rule = hit.place?.rule;
  return section(strings.text('whyPlace'), facts([
    [strings.text('whyFirst'), hit.firstStageRank === null ? '–' : format.number(hit.firstStageRank)],
    [strings.text('whyNow'), format.number(hit.rank)],
    rule ? [strings.text('whyRule'), strings.has(`rule_${rule}`) ? strings.text(`rule_${rule}`) : rule] : null,
  ]));
}

function wordSection({ strings, format }, hit) {
  const terms = hit.explanation?.terms ?? [];
  if (terms.length === 0) return section(
    strings.text('whyWords'),
    element('p', { class: 'muted', text: strings.text('whyNoWords') }),
  );
  const most = Math.max(...terms.map((term) => term.contribution), Number.MIN_VALUE);
  const columns = ['whyTerm', 'whyFrequency', 'whyDocuments', 'whyIdf', 'whyShare'];
  return section(strings.text('whyWords'),
    element('div', { class: 'scroll' }, element('table', {},
      element('thead', {}, element('tr', {}, columns.map((column, place) => element('th', {
        scope: 'col', class: place > 0 ? 'number' : null, text: strings.text(column),
      })))),
      element('tbody', {}, terms.map((term) => element('tr', { class: term.frequency > 0 ? null : 'none' },
        element('th', { scope: 'row', class: 'term', dir: 'auto', title: term.term, text: shortTerm(term.term) }),
        element(
          'td',
          { class: 'number', text: format.number(term.frequency, Number.isInteger(term.frequency) ? 0 : 1) },
        ),
        element('td', { class: 'number', text: format.number(term.document_frequency) }),
        element('td', { class: 'number', text: format.number(term.idf, 2) }),
        element(
          'td',
          { class: 'number' },
          meter({
            name: '',
            value: format.number(term.contribution, 2),
            share: term.contribution / most,
            kind: 'bm25',
          }),
        )))))),
    hit.explanation.length === undefined ? null : element('p', {
      class: 'muted', text: strings.text(
        'whyLength',
        { length: format.number(hit.explanation.length), mean: format.number(hit.explanation.mean_length, 1) },
      ),
    }));
}

/** A term with its first synonyms; a long list says nothing to anybody. */
function shortTerm(term) {
  const forms = term.split('|');
  return forms.slice(0, shownForms).join(' | ') + (forms.length > shownForms ? ` | +${forms.length - shownForms}` : '');
}

function modelSection({ strings, format }, hit) {
  if (hit.relevance === null) return section(
    strings.text('whyModel'),
    element('p', { class: 'muted', text: strings.text('whyUnscored') }),
  );
  return section(strings.text('whyModel'), facts([
    [strings.text('whyProbability'), format.number(hit.relevance, 4)],
    hit.margin === null ? null : [
      strings.text('whyMargin'),
      `${format.signed(hit.margin)} (${strings.text('whyMarginExplain')})`,
    ],
  ]));
}

function blendSection({ strings, format }, hit) {
  const terms = hit.place?.terms ?? [];
  if (terms.length === 0) return null;
  const rows = terms.map((term) => {
    const name = `term_${term.name.replaceAll(' ', '_')}`;
    return [strings.has(name) ? strings.text(name) : term.name, format.signed(term.value, 3)];
  });
  if (hit.place.fused !== null && hit.place.fused !== undefined) rows.push([
    strings.text('whyFused'),
    format.signed(hit.place.fused, 3),
  ]);
  return section(strings.text('whyBlend'), facts(rows));
}

function productSection({ strings }, hit) {
  return section(strings.text('whyProduct'),
    facts([['id', hit.id], ...hit.attributes.map(([name, values]) => [strings.field(name), values.join(', ')])]),
    hit.description ? element('p', { class: 'description', dir: 'auto', text: hit.description }) : null);
}
