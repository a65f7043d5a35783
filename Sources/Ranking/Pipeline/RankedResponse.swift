public import Clicks
public import Reranker
public import Retriever

/// A page of hits in their final order, and what happened.
public struct RankedResponse: Sendable {
    /// The page.
    public var hits: [RankedHit] = []
    /// The first stage's answer but for its hits: total, facets, corrections.
    ///
    /// Its `milliseconds` are those of everything together.
    public var search: SearchResponse
    /// What became of the second stage.
    public var rerank: RerankReport
    /// Time in the first stage, in milliseconds.
    public var firstStageMilliseconds = 0.0
    /// The edition of the click evidence it depends on; nil: on none.
    public var evidenceEdition: Int?
    /// Who contributed the hits, where two rankings are shown in one list; hits behind both have no team.
    public var interleaving: InterleavedTeams?

    /// Whether asking again could not give a better answer: all products were looked at, and all candidates scored or
    /// none wanted.
    public var isComplete: Bool { !search.isPartial && rerank.isFinal }
}

/// One hit with its place.
public struct RankedHit: Sendable {
    /// The first stage's hit; its score is BM25 in every stage.
    public var hit: Hit
    /// The place among all hits, from 1.
    public var rank: Int
    /// The first stage's place, from 1; nil for a product that was pinned from beyond the window.
    public var firstStageRank: Int?
    /// How relevant the reranker finds it; nil where it was not scored.
    public var relevance: RelevanceScore?
    /// What it was ordered by; nil where it was not scored.
    public var fused: FusedScore?
    /// What is known of clicks on it; nil: nothing, or clicks do not count.
    public var clicks: ClickEvidence?
    /// What the shop's rules did to it.
    public var rule: BusinessRules.Effect?

    /// Places it went up (above 0) or down; nil where there is nothing to compare.
    public var movement: Int? { firstStageRank.map { $0 - rank } }
}
