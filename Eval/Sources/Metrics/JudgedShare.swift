/// Judged@k: the share of the first `depth` documents that somebody judged; 0 where nothing was retrieved.
///
/// Where fewer than `depth` were retrieved, the share is that of the retrieved ones (as in ir-measures). A low share
/// means that the other figures say little: what nobody judged counts as not relevant.
public struct JudgedShare: Metric {
    /// Ranks that count, at least 1.
    public let depth: Int

    /// The judged share of the first `depth` documents; below 1 counts as 1.
    public init(at depth: Int) {
        self.depth = max(depth, 1)
    }

    /// `judged@10`.
    public var name: String { "judged\(cutoff(depth))" }
    /// It says nothing about quality.
    public var hasHeadroom: Bool { false }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let limit = ranking.limit(depth)
        guard limit > 0 else { return 0 }
        return Double(ranking.grades.prefix(limit).count { $0 != nil }) / Double(limit)
    }
}
