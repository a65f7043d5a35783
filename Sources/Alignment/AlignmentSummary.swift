/// What came of an alignment, in numbers.
public struct AlignmentSummary: Sendable, Equatable, Codable {
    /// The lists, and which of their rows were left out.
    public var lists: [ListReport] = []
    /// The model, or `lexical` where there was none.
    public var scorer = "lexical"
    /// Pairs that were looked at.
    public var candidates = 0
    /// Whether all pairs there are were candidates.
    public var isExhaustive = false
    /// Pairs by decision.
    public var merged = 0
    /// Pairs for a person.
    public var reviewed = 0
    /// Pairs that are no products' pair.
    public var dropped = 0
    /// Left rows with a merged pair.
    public var rowsMerged = 0
    /// Left rows with a pair to review and none merged.
    public var rowsToReview = 0
    /// Left rows without a candidate.
    public var rowsWithoutCandidate = 0
    /// Merged pairs in conflict with another merged pair.
    public var conflicts = 0
    /// Pairs that one-to-one took from each other.
    public var outbid = 0
    /// Merged pairs whose codes or amounts differ.
    public var differing = 0
    /// How good it is; nil without truth.
    public var figures: AlignmentFigures?
}
