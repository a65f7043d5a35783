/// Success: whether the first `depth` documents have a relevant one; also called hit rate, and accuracy at depth 1.
///
/// trec_eval's `success_k`.
public struct Success: Metric {
    /// Ranks that count, at least 1.
    public let depth: Int

    /// Success within the first `depth` documents; below 1 counts as 1.
    public init(at depth: Int) {
        self.depth = max(depth, 1)
    }

    /// `success@1`.
    public var name: String { "success\(cutoff(depth))" }

    /// 0 or 1.
    public func value(of ranking: JudgedRanking) -> Double {
        ranking.relevantCount(within: depth) > 0 ? 1 : 0
    }
}
