/// Average precision: the precision at the rank of each relevant document, summed, divided by all relevant ones.
///
/// trec_eval's `map` and `map_cut_k`; its mean over queries is MAP.
public struct AveragePrecision: Metric {
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// AP of the first `depth` documents.
    public init(at depth: Int? = nil) {
        self.depth = depth
    }

    /// `map`, `map@100`.
    public var name: String { "map\(cutoff(depth))" }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let relevant = ranking.relevantCount
        guard relevant > 0 else { return 0 }
        var found = 0
        var sum = 0.0
        for rank in 0..<ranking.limit(depth) where ranking.isRelevant(rank) {
            found += 1
            sum += Double(found) / Double(rank + 1)
        }
        return sum / Double(relevant)
    }
}
