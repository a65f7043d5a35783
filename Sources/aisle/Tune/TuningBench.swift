import Catalog
import Eval
import Foundation
import Ranking
import Reranker
import Retriever

/// Measures settings on queries: each search and each score once, fusions as often as wanted.
actor TuningBench {
    /// A query's candidates in first-stage order.
    private struct Candidates {
        var ids: [String] = []
        var matches: [WordMatch] = []
        var margins: [Double?] = []
    }

    /// The judged queries, in byte order.
    nonisolated let queries: [String]
    private let texts: [String: String]
    private let qrels: Qrels
    private let metric: any Metric
    private let pipeline: RankingPipeline
    private let options: RankingRequest
    private let top: Int
    private var progress: RunProgress
    private var firstStage: [ColumnWeights: [Double]] = [:]
    private var candidates: [ColumnWeights: [Candidates]] = [:]
    private var fused: [RankingSettings: [Double]] = [:]
    private(set) var degraded: RunRecord

    /// A bench.
    ///
    /// - Parameters:
    ///   - queries: Texts by identifier; those that nobody judged are not asked.
    ///   - qrels: The judgments; those of queries without a text are left out.
    ///   - metric: What is measured.
    ///   - top: Products for each query.
    ///   - pipeline: Both stages.
    ///   - options: Stage, candidates and instruction.
    ///   - evaluations: Weights that are measured at most, for the progress shown.
    init(
        queries: [String: String],
        qrels: Qrels,
        metric: any Metric,
        top: Int,
        pipeline: RankingPipeline,
        options: RankingRequest,
        evaluations: Int
    ) {
        texts = queries
        self.qrels = qrels.only(Set(queries.keys))
        self.queries = self.qrels.queries
        self.metric = metric
        self.top = top
        self.pipeline = pipeline
        self.options = options
        progress = RunProgress(total: evaluations, unit: "evaluations at most")
        degraded = RunRecord(stage: options.stage)
    }

    /// Each query's value with these weights in the first stage alone.
    func values(firstStage weights: ColumnWeights) async throws -> [Double] {
        if let known = firstStage[weights] { return known }
        var request = options
        request.stage = .bm25
        request.search.weights = weights
        var documents: [String: [Run.Document]] = [:]
        for query in queries {
            let answer = try await RunRanking(texts[query] ?? query, top: top, options: request, by: pipeline)
            documents[query] = RunOutput.documents(answer)
        }
        let values = try measure(documents)
        firstStage[weights] = values
        progress.advance()
        return values
    }

    /// Each query's value with these weights and this fusion of both stages.
    func values(weights: ColumnWeights, fusion: Fusion) async throws -> [Double] {
        let settings = RankingSettings(weights: weights, fusion: fusion)
        if let known = fused[settings] { return known }
        var documents: [String: [Run.Document]] = [:]
        for (query, candidates) in zip(queries, try await scored(weights)) {
            let order = fusion.ranking(margins: candidates.margins, firstStage: candidates.matches)
            documents[query] = order.enumerated().map { rank, place in
                Run.Document(id: candidates.ids[place], score: Float(order.count - rank))
            }
        }
        let values = try measure(documents)
        fused[settings] = values
        return values
    }

    /// Clears the line of progress.
    func finish() { progress.finish() }

    /// The candidates of all queries with these weights, scored.
    private func scored(_ weights: ColumnWeights) async throws -> [Candidates] {
        if let known = candidates[weights] { return known }
        progress.finish()
        var scoring = RunProgress(total: queries.count, unit: "queries scored")
        var all: [Candidates] = []
        for query in queries {
            var request = options
            request.stage = .rerank
            request.search.weights = weights
            request.search.query = texts[query] ?? query
            request.search.top = options.candidates
            let response = try await pipeline.page(request)
            degraded.add(RunRanking(response), query: query)
            let hits = response.hits.sorted { ($0.firstStageRank ?? 0) < ($1.firstStageRank ?? 0) }
            all.append(
                Candidates(
                    ids: hits.map(\.hit.id.rawValue),
                    matches: hits.map { WordMatch($0.hit) },
                    margins: hits.map { $0.relevance?.margin }
                )
            )
            scoring.advance()
        }
        scoring.finish()
        candidates[weights] = all
        return all
    }

    private func measure(_ documents: [String: [Run.Document]]) throws -> [Double] {
        let evaluation = try evaluate(qrels, Run(name: "tuning", documents: documents), metrics: [metric])
        return evaluation.values[metric.name] ?? []
    }
}
