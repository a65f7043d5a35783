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
    let index: ProductIndex
    let scorer: CandidateScorer?
    private let absence: RerankReport
    let clicks: LiveEvidence?
    let settings: Settings
    let cache: RankingCache

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
        let request = request.bounded(fusion)
        let obstacle = obstacle(request)
        let plan = request.budget.map(BudgetPlan.init)
        var response: RankedResponse
        if let obstacle, request.rules.pinned.isEmpty, request.rules.buried.isEmpty {
            response = try await firstStage(request.dividing(plan, hasSecondStage: false), obstacle)
        } else {
            let request = request.dividing(plan, hasSecondStage: obstacle == nil)
            let made = try await window(request, obstacle, RankingTime(start: start, plan: plan))
            response = try await page(of: made, request)
        }
        response.search.milliseconds = (ContinuousClock.now - start).milliseconds
        return response
    }

    /// Which edition of click evidence answers to a request depend on; nil: on none.
    public func evidenceEdition(for request: RankingRequest) -> Int? { evidence(for: request)?.number }

    /// The click evidence that counts in a request.
    func evidence(for request: RankingRequest) -> LiveEvidence.Edition? {
        guard request.clicks.weight > 0, obstacle(request) == nil else { return nil }
        return clicks?.current
    }

    /// Why the reranker is not asked; nil: it is.
    func obstacle(_ request: RankingRequest) -> RerankReport? {
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

    /// One search, on a thread that may wait for the disk.
    func search(_ request: SearchRequest) async throws -> SearchResponse {
        try await BlockingWork.run { [index] isCancelled in try index.search(request, isCancelled: isCancelled) }
    }
}

extension RankingRequest {
    /// The same with numbers that can be, a fusion, and without the products that the shop hides.
    func bounded(_ standard: Fusion) -> RankingRequest {
        var request = self
        request.fusion = fusion ?? standard
        request.candidates = min(max(candidates, 1), Self.mostCandidates)
        request.search.offset = max(search.offset, 0)
        request.search.top = max(search.top, 0)
        request.search.filter = rules.restricting(search.filter)
        return request
    }

    /// The same with the first stage's share of the time.
    ///
    /// Without a second stage, the first has the page's and the backend's time, too.
    func dividing(_ plan: BudgetPlan?, hasSecondStage: Bool) -> RankingRequest {
        guard let plan else { return self }
        var request = self
        let share = hasSecondStage ? plan.firstStage : plan.total
        request.search.budget = min(search.budget ?? share, share)
        return request
    }
}
