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
    /// Candidates taken out because of their margins.
    var dropped: Set<ProductID>
    /// The edition of the click evidence it depends on; nil: on none.
    var evidence: Int?
    /// Who contributed its hits, where two rankings are shown in one list.
    var teams: InterleavedTeams?

    /// Whether asking again could not give a better one.
    var isComplete: Bool { !found.isPartial && report.isFinal }

    /// Orders candidates: by fusion and clicks what is scored, in first-stage order what is not, by the shop's rules at
    /// last.
    ///
    /// - Parameters:
    ///   - scored: The candidates in first-stage order.
    ///   - clicks: What is known of clicks; nil where they do not count.
    ///   - request: Stage, fusion, clicks, floor and rules.
    init(_ scored: ScoredCandidates, clicks: LiveEvidence.Edition?, request: RankingRequest) {
        let (candidates, scores) = (scored.found.hits, scored.scores)
        let known = clicks?.table.evidence(for: NormalizedQuery(request.search.query))
        let fusion = request.stage == .rerank ? .rerank : request.fusion ?? .standard
        let margins = scores.map { $0?.margin }
        let evidence = candidates.map { hit in known.flatMap { $0[ObjectID(hit.id.rawValue)] } }
        let fused = request.clicks.blended(
            into: fusion.scores(margins: margins, firstStage: candidates.map(WordMatch.init)),
            margins: margins,
            evidence: evidence,
            fusion: fusion
        )
        let pinned = Set(request.rules.pinned)
        var ordered: [RankedHit] = []
        dropped = []
        for place in Fusion.order(fused) {
            let hit = candidates[place]
            if let floor = request.floor, let score = scores[place], score.margin < floor, !pinned.contains(hit.id) {
                dropped.insert(hit.id)
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
        ordered += scored.pins.map { RankedHit(hit: $0, rank: 0, rule: .pinned) }
        ordered = request.rules.applied(to: ordered) { $0.hit.id }
        for index in ordered.indices { ordered[index].rank = index + 1 }
        hits = ordered
        covered = candidates.count
        injected = Set(scored.pins.map(\.id))
        isAll = candidates.count < request.candidates && !scored.found.isPartial
        self.evidence = clicks?.number
        report = scored.report
        report.dropped = dropped.count
        found = scored.found
        found.hits = []
        found.total = scored.found.total.map { [dropped] in max($0 - dropped.count, ordered.count) }
    }
}
