import Catalog
import Clicks
import Foundation
import Ranking
import Retriever

/// Answers searches: from what is kept, together with equal ones, or from the pipeline; each in its turn.
final class SearchService: Sendable {
    /// An answer as it is sent, with what others want to know of it.
    struct Answer: Sendable {
        /// Names it, for events.
        let queryID: String
        /// The JSON.
        let json: Data
        /// The hits in the order they are shown, the first at `offset`.
        let hits: [ProductID]
        /// Who contributed them, where two configurations are compared.
        let interleaving: InterleavedTeams?
    }

    /// What equal requests share.
    private struct Found: Sendable {
        let findings: Data
        let hits: [ProductID]
        var interleaving: InterleavedTeams?
    }

    /// On whose behalf something is found.
    private struct Asker: Sendable {
        let client: String
        let trace: RequestTrace
        let start = ContinuousClock.now
    }

    private struct WorkKey: Hashable {
        let key: AnswerCache.Key
        /// Who has less time must not wait for who has more.
        let budget: Duration?
    }

    private let index: ProductIndex
    private let pipeline: RankingPipeline
    private let metrics: ServerMetrics
    private let limits: RequestLimits
    private let experiment: InterleavingExperiment?
    /// Answers to hot queries.
    let cache: AnswerCache
    /// Who may search now, and who may use the reranker.
    let searches: Admission
    let reranks: Admission
    private let shared = SharedWork<WorkKey, Found>()

    init(index: ProductIndex, pipeline: RankingPipeline, settings: ServerSettings, metrics: ServerMetrics) {
        self.index = index
        self.pipeline = pipeline
        self.metrics = metrics
        limits = settings.limits
        experiment = settings.experiment?.interleaving
        cache = AnswerCache(limit: settings.cachedBytes, lifetime: settings.cachedLifetime)
        searches = Admission(.init(places: limits.searches, waiting: limits.waiting))
        reranks = Admission(.init(places: limits.reranks, waiting: limits.waiting))
    }

    /// The answer to a search.
    ///
    /// - Parameters:
    ///   - search: With its budget.
    ///   - context: Whose turn it takes, whose connection tells when nobody wants the answer any more, and where the
    ///     times of the stages are noted.
    /// - Returns: The answer, with a query id of its own.
    /// - Throws: What the pipeline throws, `ServerError.overloaded`, and `CancellationError` when the client has left.
    func answer(_ search: ShopperSearch, for context: ServerContext) async throws -> Answer {
        let asker = Asker(client: context.client, trace: context.trace)
        if let interleaved = interleaved(search, asker) {
            let found = try await ClientPresence.during(context.channel) {
                try await self.find(interleaved, asker)
            }
            return try answer(found, since: asker.start, isCached: false)
        }
        let request = search.request
        let edition = pipeline.evidenceEdition(for: request)
        let key = AnswerCache.Key(request, index: index.identity, evidence: edition)
        if let kept = cache.entry(key) {
            return try answer(Found(findings: kept.findings, hits: kept.hits), since: asker.start, isCached: true)
        }
        let (found, isShared) = try await ClientPresence.during(context.channel) {
            try await self.sharedAnswer(request, key, asker)
        }
        return try answer(found, since: asker.start, isCached: isShared)
    }

    /// The search with both rankings of the experiment, where the shopper takes part in it.
    private func interleaved(_ search: ShopperSearch, _ asker: Asker) -> InterleavedRequest? {
        guard let experiment, let challenger = search.challenger else { return nil }
        let shopper = search.shopper(at: asker.client)
        guard experiment.includes(shopper) else { return nil }
        return InterleavedRequest(a: search.request, b: challenger, experiment: experiment, shopper: shopper)
    }

    /// What is found, together with equal requests of the same time.
    private func sharedAnswer(
        _ request: RankingRequest,
        _ key: AnswerCache.Key,
        _ asker: Asker
    ) async throws -> (Found, isShared: Bool) {
        while true {
            let work = WorkKey(key: key, budget: request.budget)
            let (result, isShared) = try await shared.result(work) { try await self.find(request, key, asker) }
            // That another client has too many requests waiting says nothing of this one, which asks for itself now.
            if isShared, case .failure(let error) = result, error as? ServerError == .overloaded { continue }
            return (try result.get(), isShared)
        }
    }

    private func find(_ request: RankingRequest, _ key: AnswerCache.Key, _ asker: Asker) async throws -> Found {
        let pipeline = pipeline
        let ranked = try await run(asker, budget: request.budget, reranks: request.stage != .bm25) { budget in
            var request = request
            request.budget = budget
            return try await pipeline.page(request)
        }
        let found = try found(ranked, request, asker)
        // A later page may go on in a ranking of older evidence: it goes with its first page, not with this key.
        if ranked.isComplete, ranked.evidenceEdition == key.evidence {
            cache.keep(found.findings, hits: found.hits, for: key)
        }
        return found
    }

    /// Each shopper has a list of their own: what both rankings are made of is kept, the list is not.
    private func find(_ request: InterleavedRequest, _ asker: Asker) async throws -> Found {
        let pipeline = pipeline
        let reranks = request.a.stage != .bm25 || request.b.stage != .bm25
        let ranked = try await run(asker, budget: request.a.budget, reranks: reranks) { budget in
            var request = request
            request.a.budget = budget
            return try await pipeline.page(request)
        }
        return try found(ranked, request.a, asker)
    }

    /// Searches when it is the client's turn, within what is left of the time by then.
    private func run(
        _ asker: Asker,
        budget: Duration?,
        reranks: Bool,
        _ work: (_ budget: Duration) async throws -> RankedResponse
    ) async throws -> RankedResponse {
        let admission = reranks ? self.reranks : searches
        let budget = budget ?? limits.time
        let ranked = try await admission.run(client: asker.client, deadline: asker.start + budget) { waited in
            asker.trace.add(waited.milliseconds, to: .queue)
            return try await work(max(budget - waited, .milliseconds(1)))
        }
        asker.trace.add(ranked.firstStageMilliseconds, to: .firstStage)
        if ranked.rerank.milliseconds > 0 { asker.trace.add(ranked.rerank.milliseconds, to: .rerank) }
        metrics.note(ranked)
        return ranked
    }

    private func found(_ ranked: RankedResponse, _ request: RankingRequest, _ asker: Asker) throws -> Found {
        let encoding = ContinuousClock.now
        let findings = try JSONAnswer.data(SearchAnswer.Findings(ranked, request: request))
        asker.trace.add((ContinuousClock.now - encoding).milliseconds, to: .encode)
        return Found(findings: findings, hits: ranked.hits.map(\.hit.id), interleaving: ranked.interleaving)
    }

    private func answer(_ found: Found, since start: ContinuousClock.Instant, isCached: Bool) throws -> Answer {
        let occasion = SearchAnswer.Occasion(
            queryId: QueryID.next(),
            milliseconds: (ContinuousClock.now - start).milliseconds,
            isCached: isCached
        )
        let json = JSONAnswer.joined(try JSONAnswer.data(occasion), found.findings)
        return Answer(queryID: occasion.queryId, json: json, hits: found.hits, interleaving: found.interleaving)
    }
}
