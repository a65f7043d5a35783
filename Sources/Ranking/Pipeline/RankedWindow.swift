import Catalog
import Clicks
import Reranker
import Retriever

/// The candidates of a query in their final order: what all of its pages are cut from.
struct RankedWindow: Sendable {
    /// The first stage's answer, without hits.
    var found: SearchResponse
    /// In final order, ranks from 1.
    var hits: [RankedHit]
    /// How many of the first stage's hits the window covers; behind them it goes on.
    var covered: Int
    /// Products pinned from beyond the window: they are not shown again where the first stage has them.
    var injected: Set<ProductID>
    /// Whether the first stage has nothing behind the window.
    var isAll: Bool
    var report: RerankReport

    /// Whether asking again could not give a better one.
    var isComplete: Bool { !found.isPartial && report.isFinal }

    /// Orders candidates: by fusion and clicks what is scored, in first-stage order what is not, by the shop's rules at
    /// last.
    ///
    /// - Parameters:
    ///   - found: The first stage's answer with the candidates in its order.
    ///   - pins: Products pinned from beyond them.
    ///   - scores: One entry a candidate.
    ///   - report: What became of the second stage.
    ///   - clicks: What is known of clicks on the query's products; nil where they do not count.
    ///   - request: Stage, fusion, clicks, floor and rules.
    init(
        _ found: SearchResponse,
        pins: [Hit],
        scores: [RelevanceScore?],
        report: RerankReport,
        clicks: QueryEvidence?,
        request: RankingRequest
    ) {
        let candidates = found.hits
        let fusion = request.stage == .rerank ? .rerank : request.fusion ?? .standard
        let margins = scores.map { $0?.margin }
        let evidence = candidates.map { hit in clicks.flatMap { $0[ObjectID(hit.id.rawValue)] } }
        let fused = request.clicks.blended(
            into: fusion.scores(margins: margins, firstStage: candidates.map(\.score)),
            margins: margins,
            evidence: evidence,
            fusion: fusion
        )
        let pinned = Set(request.rules.pinned)
        var ordered: [RankedHit] = []
        var dropped = 0
        for place in Fusion.order(fused) {
            let hit = candidates[place]
            if let floor = request.floor, let score = scores[place], score.margin < floor, !pinned.contains(hit.id) {
                dropped += 1
                continue
            }
            ordered.append(
                RankedHit(
                    hit: hit,
                    rank: 0,
                    firstStageRank: place + 1,
                    relevance: scores[place],
                    fused: fused[place],
                    clicks: evidence[place],
                    rule: request.rules.effect(on: hit.id)
                )
            )
        }
        ordered += pins.map { RankedHit(hit: $0, rank: 0, rule: .pinned) }
        ordered = request.rules.applied(to: ordered) { $0.hit.id }
        for index in ordered.indices { ordered[index].rank = index + 1 }
        hits = ordered
        covered = candidates.count
        injected = Set(pins.map(\.id))
        isAll = candidates.count < request.candidates && !found.isPartial
        self.report = report
        self.report.dropped = dropped
        self.found = found
        self.found.hits = []
        self.found.total = found.total.map { max($0 - dropped, ordered.count) }
    }
}
