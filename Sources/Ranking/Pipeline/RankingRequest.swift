public import Retriever

/// Which stages make the order.
public enum RankingStage: String, Sendable, Hashable, CaseIterable {
    /// The first stage alone.
    case bm25
    /// The reranker's margins.
    case rerank
    /// Both; how says `RankingRequest.fusion`.
    case fused
}

/// What a shopper (or a program) asks of both stages.
public struct RankingRequest: Sendable, Hashable {
    /// The query, filter, facets and page; its own budget is the first stage's share where there is a whole one.
    public var search: SearchRequest
    /// Which stages make the order.
    public var stage: RankingStage
    /// How many of the first stage's hits the reranker sees, 1...1,000.
    public var candidates = 100
    /// How stage `fused` makes one order of two; nil: as suits the pipeline's model (`Fusion.standard(for:)`).
    public var fusion: Fusion?
    /// The reranker's task in a sentence; nil takes the pipeline's, then the model's.
    public var instruction: String?
    /// Time for everything; nil: no limit.
    public var budget: Duration?
    /// Hits with a margin below it are left out; nil keeps all.
    ///
    /// Only what was scored is left out: hits that the reranker did not see stay.
    public var floor: Double?
    /// How much clicks count.
    public var clicks = ClickBlend()
    /// What the shop decides.
    public var rules = BusinessRules()

    /// Most candidates.
    public static let mostCandidates = 1000

    /// A request with the defaults.
    public init(_ search: SearchRequest, stage: RankingStage = .bm25) {
        self.search = search
        self.stage = stage
    }
}
