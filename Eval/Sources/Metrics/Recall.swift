/// Recall: relevant documents among the first `depth`, divided by all relevant ones.
///
/// trec_eval's `recall_k`, and `set_recall` where there is no depth.
public struct Recall: Metric {
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// Recall of the first `depth` documents.
    public init(at depth: Int? = nil) {
        self.depth = depth
    }

    /// `r`, `r@100`.
    public var name: String { "r\(cutoff(depth))" }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let relevant = ranking.relevantCount
        return relevant > 0 ? Double(ranking.relevantCount(within: depth)) / Double(relevant) : 0
    }
}
