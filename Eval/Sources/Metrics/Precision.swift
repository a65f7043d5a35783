/// Precision: relevant documents among the first `depth`, divided by `depth`, however few were retrieved.
///
/// trec_eval's `P_k`.
public struct Precision: Metric {
    /// Ranks that count, at least 1.
    public let depth: Int

    /// Precision of the first `depth` documents; below 1 counts as 1.
    public init(at depth: Int) {
        self.depth = max(depth, 1)
    }

    /// `p@10`.
    public var name: String { "p\(cutoff(depth))" }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        Double(ranking.relevantCount(within: depth)) / Double(depth)
    }
}
