internal import Catalog
public import Clicks
public import Reranker
public import Retriever

/// From a request to a page: candidates, their texts, their margins, one order of both stages, the shop's rules.
///
/// A slow, failing, lying or absent reranker never fails a search: the answer is the first stage's, and says why.
public final class RankingPipeline: Sendable {
    /// What is the same for all requests.
    public struct Settings: Sendable {
        /// How products are written down for the reranker.
        public var template = DocumentTemplate.standard
        /// The reranker's task where a request names none; nil: the model's own.
        public var instruction: String?
        /// Its tasks by category, where a request names none.
        public var categoryInstructions = CategoryInstructions()
        /// When a failing backend is left alone.
        public var breaker = CircuitBreaker.Settings()
        /// How long a ranking serves further pages, and the same query again.
        public var lifetime = Duration.seconds(60)
        /// Rankings kept at most, each with its candidates' products: some hundred kilobytes.
        public var rankings = 64

        /// The defaults.
        public init() {}
    }

    /// How stage `fused` makes one order of two where a request does not say.
    public let fusion: Fusion
    private let index: ProductIndex
    private let scorer: CandidateScorer?
    private let absence: RerankReport
    private let clicks: LiveEvidence?
    private let settings: Settings
    private let cache: RankingCache

    /// A pipeline over an index.
    ///
    /// - Parameters:
    ///   - index: Where candidates come from.
    ///   - backend: The reranker, with its score cache around it; nil: there is none.
    ///   - unavailable: Why there is none, where one was wanted.
    ///   - clicks: What shoppers' clicks say; requests say how much they count. Nil: there is no such evidence.
    ///   - settings: What is the same for all requests.
    ///   - now: The time for what is kept and for the circuit breaker; tests have their own.
    public init(
        index: ProductIndex,
        backend: (any RerankBackend)?,
        unavailable: String? = nil,
        clicks: LiveEvidence? = nil,
        settings: Settings = Settings(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.index = index
        fusion = .standard(for: backend?.description)
        scorer = backend.map { CandidateScorer(backend: $0, breaker: CircuitBreaker(settings.breaker, now: now)) }
        absence = unavailable.map { RerankReport(.failed, .unavailable($0)) } ?? RerankReport(.skipped, .noModel)
        self.clicks = clicks
        self.settings = settings
        cache = RankingCache(limit: settings.rankings, lifetime: settings.lifetime, now: now)
    }

    /// The page a request asks for.
    ///
    /// - Throws: What the first stage throws (`RetrieverError`, `CatalogError`), and `CancellationError`.
    public func page(_ request: RankingRequest) async throws -> RankedResponse {
        let start = ContinuousClock.now
        var request = request
        request.fusion = request.fusion ?? fusion
        request.candidates = min(max(request.candidates, 1), RankingRequest.mostCandidates)
        request.search.offset = max(request.search.offset, 0)
        request.search.top = max(request.search.top, 0)
        request.search.filter = request.rules.restricting(request.search.filter)
        let obstacle = obstacle(request)
        let plan = request.budget.map(BudgetPlan.init)
        if let plan {
            // Without a second stage, the first has the page's and the backend's time, too.
            let share = obstacle == nil ? plan.firstStage : plan.total
            request.search.budget = min(request.search.budget ?? share, share)
        }
        var response: RankedResponse
        if let obstacle, request.rules.pinned.isEmpty, request.rules.buried.isEmpty {
            response = try await firstStage(request, obstacle)
        } else {
            response = try await ranked(request, obstacle, plan, start)
        }
        response.search.milliseconds = (ContinuousClock.now - start).milliseconds
        return response
    }

    /// Why the reranker is not asked; nil: it is.
    private func obstacle(_ request: RankingRequest) -> RerankReport? {
        if request.stage == .bm25 { return RerankReport(.skipped, .stage) }
        if request.search.sort != .relevance { return RerankReport(.skipped, .sorted("\(request.search.sort)")) }
        if request.search.query.allSatisfy(\.isWhitespace) { return RerankReport(.skipped, .noQuery) }
        return scorer == nil ? absence : nil
    }

    /// A page of the first stage as it is.
    private func firstStage(_ request: RankingRequest, _ report: RerankReport) async throws -> RankedResponse {
        var found = try await search(request.search)
        let hits = found.hits.enumerated().map { place, hit in
            let rank = request.search.offset + place + 1
            return RankedHit(hit: hit, rank: rank, firstStageRank: rank)
        }
        found.hits = []
        let time = found.milliseconds
        return RankedResponse(hits: hits, search: found, rerank: report, firstStageMilliseconds: time)
    }

    /// A page of the window, and of what the first stage has behind it.
    private func ranked(
        _ request: RankingRequest,
        _ obstacle: RerankReport?,
        _ plan: BudgetPlan?,
        _ start: ContinuousClock.Instant
    ) async throws -> RankedResponse {
        let key = RankingCache.Key(
            request,
            index: index.identity,
            backend: scorer?.backend.description.fingerprint
        )
        let window: RankedWindow
        var report: RerankReport
        var time = 0.0
        if let kept = cache.window(key, isFirstPage: request.search.offset == 0) {
            window = kept
            report = kept.report
            report.cached = report.scored
            report.milliseconds = 0
        } else {
            let made = try await makeWindow(request, obstacle, plan, start)
            time = made.found.milliseconds
            window = cache.keep(made, for: key)
            report = window.report
        }
        let (offset, top) = (request.search.offset, request.search.top)
        var hits = Array(window.hits.dropFirst(offset).prefix(top))
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
        return RankedResponse(hits: hits, search: window.found, rerank: report, firstStageMilliseconds: time)
    }

    private func makeWindow(
        _ request: RankingRequest,
        _ obstacle: RerankReport?,
        _ plan: BudgetPlan?,
        _ start: ContinuousClock.Instant
    ) async throws -> RankedWindow {
        var search = request.search
        search.offset = 0
        search.top = request.candidates
        // The reranker reads them, and pages are served from the window.
        search.wantsProducts = true
        let found = try await self.search(search)
        let pins = try await pinsBeyond(found, request)
        var scores = CandidateScorer.Scores(
            scores: Array(repeating: nil, count: found.hits.count),
            report: obstacle ?? RerankReport(.skipped, .noCandidates)
        )
        if obstacle == nil, let scorer, !found.hits.isEmpty {
            scores = try await scorer.score(
                query: found.didYouMean ?? request.search.query,
                texts: found.hits.map { hit in hit.product.map(settings.template.text(of:)) ?? hit.id.rawValue },
                instruction: request.instruction ?? settings.categoryInstructions.instruction(for: found.hits)
                    ?? settings.instruction,
                deadlines: plan.map { .init(inner: start + $0.backendEnd, outer: start + $0.waitEnd) }
            )
        }
        return RankedWindow(
            found,
            pins: pins,
            scores: scores.scores,
            report: scores.report,
            clicks: request.clicks.weight > 0 ? clicks?.evidence(for: request.search.query) : nil,
            request: request
        )
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

    /// One search, on a thread that may wait for the disk.
    private func search(_ request: SearchRequest) async throws -> SearchResponse {
        try await BlockingWork.run { [index] isCancelled in try index.search(request, isCancelled: isCancelled) }
    }
}
