internal import Catalog
internal import Clicks
import Reranker
internal import Retriever

/// When a request came, and how its time is divided; nil: it has no end.
struct RankingTime: Sendable {
    let start: ContinuousClock.Instant
    let plan: BudgetPlan?
}

/// A ranking for one request: made for it, or kept from an earlier one.
struct MadeWindow: Sendable {
    var window: RankedWindow
    /// What the second stage did for this request.
    var report: RerankReport
    /// Time in the first stage for this request.
    var milliseconds: Double
}

/// Candidates with what the reranker says of them, before they are ordered.
struct ScoredCandidates: Sendable {
    /// The first stage's answer, the candidates in its order.
    var found: SearchResponse
    /// Products pinned from beyond them.
    var pins: [Hit]
    /// One entry a candidate.
    var scores: [RelevanceScore?]
    /// What became of the second stage.
    var report: RerankReport
}

extension RankingPipeline {
    /// The ranking of a request, kept or made.
    func window(_ request: RankingRequest, _ obstacle: RerankReport?, _ time: RankingTime) async throws -> MadeWindow {
        if let kept = kept(request) { return kept }
        return keep(try await candidates(request, obstacle, time), for: request)
    }

    /// The ranking that was made for an earlier request.
    func kept(_ request: RankingRequest) -> MadeWindow? {
        let window = cache.window(
            key(request),
            evidence: evidence(for: request)?.number,
            isFirstPage: request.search.offset == 0
        )
        return window.map { window in
            var report = window.report
            report.cached = report.scored
            report.milliseconds = 0
            return MadeWindow(window: window, report: report, milliseconds: 0)
        }
    }

    /// Orders candidates, and keeps the ranking for further pages.
    func keep(_ candidates: ScoredCandidates, for request: RankingRequest) -> MadeWindow {
        let made = RankedWindow(candidates, clicks: evidence(for: request), request: request)
        let window = cache.keep(made, for: key(request))
        return MadeWindow(window: window, report: window.report, milliseconds: candidates.found.milliseconds)
    }

    private func key(_ request: RankingRequest) -> RankingCache.Key {
        RankingCache.Key(request, index: index.identity, backend: scorer?.backend.description.fingerprint)
    }

    /// The candidates of a request, scored unless there is an obstacle.
    func candidates(
        _ request: RankingRequest,
        _ obstacle: RerankReport?,
        _ time: RankingTime
    ) async throws -> ScoredCandidates {
        var search = request.search
        search.offset = 0
        search.top = request.candidates
        // The reranker reads them, and pages are served from the window.
        search.wantsProducts = true
        // Those of the page are marked, not all candidates.
        search.marksWords = false
        let found = try await self.search(search)
        let pins = try await pinsBeyond(found, request)
        var scores = CandidateScorer.Scores(
            scores: Array(repeating: nil, count: found.hits.count),
            // A first stage whose time was up has not said that there are none.
            report: obstacle ?? RerankReport(.skipped, found.isPartial ? .noTime : .noCandidates)
        )
        if obstacle == nil, let scorer, !found.hits.isEmpty {
            scores = try await scorer.score(
                query: found.didYouMean ?? request.search.query,
                texts: found.hits.map { hit in hit.product.map(settings.template.text(of:)) ?? hit.id.rawValue },
                instruction: request.instruction ?? settings.categoryInstructions.instruction(for: found.hits)
                    ?? settings.instruction,
                deadlines: time.plan.map { .init(inner: time.start + $0.backendEnd, outer: time.start + $0.waitEnd) }
            )
        }
        return ScoredCandidates(found: found, pins: pins, scores: scores.scores, report: scores.report)
    }

    /// A page of a ranking, and of what the first stage has behind it.
    func page(of made: MadeWindow, _ request: RankingRequest) async throws -> RankedResponse {
        let window = made.window
        var time = made.milliseconds
        let (offset, top) = (request.search.offset, request.search.top)
        var hits = try await marking(Array(window.hits.dropFirst(offset).prefix(top)), window, request.search)
        if hits.count < top, !window.isAll {
            let (tail, tailTime) = try await hitsBehind(
                window,
                skipping: max(offset - window.hits.count, 0),
                count: top - hits.count,
                request
            )
            hits += tail
            time += tailTime
        }
        var response = RankedResponse(
            hits: hits,
            search: window.found,
            rerank: made.report,
            firstStageMilliseconds: time
        )
        response.evidenceEdition = window.evidence
        let first = min(offset, Self.deepest)
        if let teams = window.teams?.page(first..<first + min(top, Self.deepest)), !teams.teams.isEmpty {
            response.interleaving = teams
        }
        return response
    }

    /// Hits of a window with the query's words marked, where they are wanted.
    private func marking(
        _ hits: [RankedHit],
        _ window: RankedWindow,
        _ search: SearchRequest
    ) async throws -> [RankedHit] {
        guard search.marksWords, search.wantsProducts, !hits.isEmpty else { return hits }
        let (index, query) = (index, window.found.didYouMean ?? search.query)
        let marked = try await BlockingWork.run { _ in
            try index.marking(hits.map(\.hit), query: query, completesLastWord: search.completesLastWord)
        }
        return zip(hits, marked).map { ranked, hit in
            var ranked = ranked
            ranked.hit = hit
            return ranked
        }
    }

    /// Pinned products that match, but not well enough for the window.
    private func pinsBeyond(_ found: SearchResponse, _ request: RankingRequest) async throws -> [Hit] {
        let missing = Set(request.rules.pinned).subtracting(found.hits.map(\.id))
        guard !missing.isEmpty else { return [] }
        var search = request.search
        search.query = found.didYouMean ?? search.query
        search.correctsSpelling = false
        search.offset = 0
        search.top = missing.count
        search.facets = []
        search.wantsProducts = true
        search.marksWords = false
        if case .auto = search.matching { search.matching = .any }
        let ids = Filter.oneOf(FilterField("id"), missing.sorted().map { .text($0.rawValue) })
        search.filter = search.filter.map { .all([$0, ids]) } ?? ids
        return try await self.search(search).hits
    }

    /// Hits in first-stage order from behind the window, and the time it took.
    private func hitsBehind(
        _ window: RankedWindow,
        skipping: Int,
        count: Int,
        _ request: RankingRequest
    ) async throws -> ([RankedHit], Double) {
        var search = request.search
        search.facets = []
        search.offset = window.covered
        search.top = count
        let hasPins = !window.injected.isEmpty
        if hasPins {
            // Where the pinned ones lie is not known, so all before the page are looked at.
            search.top = min(skipping, Self.deepest) + count + window.injected.count
        } else {
            search.offset += min(skipping, Self.deepest)
        }
        let found = try await self.search(search)
        // An update between two pages may have moved products: none is shown twice.
        let shown = Set(window.hits.map(\.hit.id))
        let hits = found.hits.enumerated().filter { !shown.contains($0.element.id) }
            .dropFirst(hasPins ? skipping : 0).prefix(count)
        let first = window.hits.count + skipping
        let ranked = hits.enumerated().map { place, entry in
            RankedHit(
                hit: entry.element,
                rank: first + place + 1,
                firstStageRank: search.offset + entry.offset + 1,
                rule: request.rules.effect(on: entry.element.id)
            )
        }
        return (ranked, found.milliseconds)
    }

    /// No index has more products.
    private static let deepest = 1 << 31
}
