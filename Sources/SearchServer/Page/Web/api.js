// Asking the server. Every answer is checked and put into one shape here, so that no view knows the wire.

const keyName = 'aisle.key';

/** What went wrong with a request. */
export class ServerProblem extends Error {
  /** `status` is 0 where there was no answer at all. */
  constructor(status, code, message, field = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

export const key = {
  get: () => sessionStorage.getItem(keyName),
  set: (value) => sessionStorage.setItem(keyName, value),
  forget: () => sessionStorage.removeItem(keyName),
};

/** Headers that say who asks. */
export function authorization() {
  const value = key.get();
  return value ? { Authorization: `Bearer ${value}` } : {};
}

async function ask(path, { signal, body } = {}) {
  let response;
  try {
    response = await fetch(path, {
      signal,
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...authorization(), ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      referrerPolicy: 'no-referrer',
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ServerProblem(0, 'unreachable', String(error.message ?? error));
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    if (response.ok) throw new ServerProblem(response.status, 'bad_answer', 'The answer is not JSON.');
  }
  if (response.ok) return answer;
  const problem = answer?.error ?? {};
  throw new ServerProblem(
    response.status, problem.code ?? 'error', problem.message ?? `${response.status} ${response.statusText}`.trim(),
    problem.field ?? null,
  );
}

/** The parameters of `GET /search` for a page of a search. */
export function searchQuery(state, { filter, facets, size, explain }) {
  const query = new URLSearchParams({ q: state.query, top: size, offset: (state.page - 1) * size });
  if (state.stage) query.set('stage', state.stage);
  if (filter) query.set('filter', filter);
  for (const facet of facets) query.append('facet', facet);
  if (state.sort) query.set('sort', state.sort);
  if (state.instruction) query.set('instruction', state.instruction);
  if (state.budget !== null) query.set('budget_ms', state.budget);
  if (explain) query.set('explain', 'true');
  return query;
}

/** `GET /search`. */
export async function search(query, signal) {
  const answer = await ask(`search?${query}`, { signal });
  return {
    queryId: answer.query_id ?? null,
    query: answer.query ?? '',
    // A search that ran out of time counts less than it shows.
    total: answer.total === null || answer.total === undefined ? null : Math.max(
      answer.total,
      (answer.hits ?? []).length,
    ),
    hits: (answer.hits ?? []).map(hitOf),
    facets: new Map(Object.entries(answer.facets ?? {}).map(([field, facet]) => [field, {
      values: facet.values ?? [], otherValues: facet.other_values ?? 0, ranges: facet.ranges ?? [],
    }])),
    didYouMean: answer.did_you_mean ?? null,
    isRelaxed: answer.is_relaxed === true,
    isPartial: answer.is_partial === true,
    isTruncated: answer.is_truncated === true,
    milliseconds: answer.milliseconds ?? 0,
    firstStageMilliseconds: answer.first_stage_milliseconds ?? 0,
    stage: answer.stage ?? 'bm25',
    rerank: {
      status: 'skipped',
      reason: null,
      scored: 0,
      candidates: 0,
      cached: 0,
      dropped: 0,
      ms: 0,
      ...answer.rerank,
    },
  };
}

function hitOf(hit) {
  return {
    id: hit.id,
    rank: hit.rank,
    score: hit.score,
    firstStageRank: hit.first_stage_rank ?? null,
    movement: hit.movement ?? null,
    margin: hit.margin ?? null,
    relevance: hit.relevance ?? null,
    title: hit.title ?? '',
    titlePieces: hit.title_html ? pieces(hit.title_html) : [{ text: hit.title ?? '', isMatch: false }],
    snippetPieces: hit.snippet_html ? pieces(hit.snippet_html) : [],
    brand: hit.brand ?? null,
    categories: hit.categories ?? [],
    price: hit.price ?? null,
    currency: hit.currency ?? null,
    availability: hit.availability ?? null,
    rating: hit.rating ?? null,
    ratingCount: hit.rating_count ?? null,
    url: hit.url ?? null,
    imageUrl: hit.image_url ?? null,
    description: hit.description ?? null,
    attributes: Object.entries(hit.attributes ?? {}),
    explanation: hit.explanation ?? null,
    place: hit.place ?? null,
  };
}

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/**
 * The server's highlighted text as pieces of plain text.
 *
 * It holds `<mark>`, `</mark>` and five entities and nothing else; whatever else looks like markup stays text.
 */
export function pieces(html) {
  const found = [];
  let isMatch = false;
  for (const part of html.split(/(<mark>|<\/mark>)/)) {
    if (part === '<mark>') isMatch = true;
    else if (part === '</mark>') isMatch = false;
    else if (part) found.push({ text: part.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]), isMatch });
  }
  return found;
}

/** `GET /suggest`: what the words typed so far may become. */
export async function suggest(text, signal) {
  const answer = await ask(`suggest?${new URLSearchParams({ q: text })}`, { signal });
  return (answer.suggestions ?? []).map((entry) => ({
    kind: entry.kind, text: entry.text, pieces: pieces(entry.html), products: entry.products ?? null,
  }));
}

/** `POST /rerank`: results best first. */
export async function rerank({ query, documents, instruction }, signal) {
  const body = { query, documents, return_documents: false, ...(instruction ? { instruction } : {}) };
  const answer = await ask('rerank', { body, signal });
  const results = (answer.results ?? []).map((result) => ({
    index: result.index, probability: result.relevance_score, margin: result.margin ?? logOdds(result.relevance_score),
  }));
  return {
    results,
    model: answer.model ?? null,
    partial: answer.partial ?? null,
    truncated: answer.truncated?.length ?? 0,
  };
}

/** Probabilities of 0 and 1 have none that could be written down. */
function logOdds(probability) {
  return probability > 0 && probability < 1 ? Math.log(probability / (1 - probability)) : null;
}

/** `GET /reports`. */
export async function reports(signal) {
  const answer = await ask('reports', { signal });
  return answer.reports ?? [];
}

let takesEvents = true;

/** Tells the server of a click (a UBI event). Nobody waits for the answer; a server without events is asked once. */
export function sendClick({ queryId, query, id, place }) {
  if (!takesEvents || !queryId) return;
  const event = {
    action_name: 'click', timestamp: new Date().toISOString(), application: 'aisle', query_id: queryId,
    user_query: query,
    event_attributes: { object: { object_id: id, object_id_field: 'id' }, position: { ordinal: place } },
  };
  fetch('events', {
    method: 'POST', keepalive: true, headers: { ...authorization(), 'Content-Type': 'application/json' },
    body: JSON.stringify(event), referrerPolicy: 'no-referrer',
  }).then(
    (response) => { if (response.status === 404 || response.status === 405) takesEvents = false; },
    () => {},
  );
}

/** A request as a person would type it. */
export function curl(path, body) {
  const address = new URL(path, location.href).href;
  const secret = key.get() ? " -H 'Authorization: Bearer YOUR-KEY'" : '';
  if (body === undefined) return `curl${secret} ${shellQuoted(address)}`;
  return `curl${secret} ${shellQuoted(address)} -H 'Content-Type: application/json' -d ${shellQuoted(JSON.stringify(body, null, 1))}`;
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
