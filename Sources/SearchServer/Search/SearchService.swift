import Catalog
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
    }

    /// What equal requests share.
    private struct Found: Sendable {
        let findings: Data
        let hits: [ProductID]
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
        cache = AnswerCache(limit: settings.cachedBytes, lifetime: settings.cachedLifetime)
        searches = Admission(.init(places: limits.searches, waiting: limits.waiting))
        reranks = Admission(.init(places: limits.reranks, waiting: limits.waiting))
    }

    /// The answer to a request.
    ///
    /// - Parameters:
    ///   - request: With its budget.
    ///   - client: Who takes turns with whom.
    ///   - trace: Gets the times of the stages.
    /// - Returns: The answer, with a query id of its own.
    /// - Throws: What the pipeline throws, and `ServerError.overloaded`.
    func answer(_ request: RankingRequest, client: String, trace: RequestTrace) async throws -> Answer {
        let start = ContinuousClock.now
        let key = AnswerCache.Key(request, index: index.identity)
        if let kept = cache.entry(key) {
            return try answer(kept.findings, kept.hits, since: start, isCached: true)
        }
        let work = WorkKey(key: key, budget: request.budget)
        let (found, isShared) = try await shared.value(work) {
            try await self.find(request, key, client: client, since: start, trace: trace)
        }
        return try answer(found.findings, found.hits, since: start, isCached: isShared)
    }

    /// Searches when it is the client's turn, within what is left of the time by then.
    private func find(
        _ request: RankingRequest,
        _ key: AnswerCache.Key,
        client: String,
        since start: ContinuousClock.Instant,
        trace: RequestTrace
    ) async throws -> Found {
        let admission = request.stage == .bm25 ? searches : reranks
        let budget = request.budget ?? limits.time
        let ranked = try await admission.run(client: client, deadline: start + budget) { waited in
            trace.add(waited.milliseconds, to: .queue)
            var request = request
            request.budget = max(budget - waited, .milliseconds(1))
            return try await pipeline.page(request)
        }
        trace.add(ranked.firstStageMilliseconds, to: .firstStage)
        if ranked.rerank.milliseconds > 0 { trace.add(ranked.rerank.milliseconds, to: .rerank) }
        metrics.note(ranked)
        let encoding = ContinuousClock.now
        let findings = try JSONAnswer.data(SearchAnswer.Findings(ranked, request: request.search))
        trace.add((ContinuousClock.now - encoding).milliseconds, to: .encode)
        let hits = ranked.hits.map(\.hit.id)
        if ranked.isComplete { cache.keep(findings, hits: hits, for: key) }
        return Found(findings: findings, hits: hits)
    }

    private func answer(
        _ findings: Data,
        _ hits: [ProductID],
        since start: ContinuousClock.Instant,
        isCached: Bool
    ) throws -> Answer {
        let occasion = SearchAnswer.Occasion(
            queryId: QueryID.next(),
            milliseconds: (ContinuousClock.now - start).milliseconds,
            isCached: isCached
        )
        let json = JSONAnswer.joined(try JSONAnswer.data(occasion), findings)
        return Answer(queryID: occasion.queryId, json: json, hits: hits)
    }
}
