/// A pair as it is given out.
public struct AlignedPair: Sendable, Equatable {
    /// The left row's id.
    public var leftID: String
    /// The right row's id.
    public var rightID: String
    /// The left row's text (its title).
    public var leftText: String
    /// The right row's text (its title).
    public var rightText: String
    /// What is done with it.
    public var decision: Decision
    /// The chance that both are one product; nil for lexical scores that nobody calibrated.
    public var probability: Double?
    /// The model's margin with the left row as query; nil without a model.
    public var forward: Double?
    /// The model's margin with the right row as query; nil without a model.
    public var backward: Double?
    /// How much the rows share in words, codes and numbers, 0...1.
    public var lexical: Double
    /// What both have, what says most first.
    public var shared: [EvidenceKey]
    /// Codes and amounts that differ: `250g / 500g`.
    public var differences: [String]
    /// What is odd about its place among the others.
    public var conflict: Conflict
}

/// Where in the pairs one is; starts before the first.
public struct PairCursor: Sendable {
    var last: Int64 = -1
    /// Whether dropped pairs are wanted, too.
    let includesDropped: Bool

    /// Before the first pair.
    public init(includesDropped: Bool = false) { self.includesDropped = includesDropped }
}
