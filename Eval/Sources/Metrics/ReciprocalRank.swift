/// Reciprocal rank: 1 / rank of the first relevant document, 0 where there is none within the depth.
///
/// trec_eval's `recip_rank` where there is no depth; its mean over queries is MRR.
public struct ReciprocalRank: Metric {
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// RR of the first `depth` documents.
    public init(at depth: Int? = nil) {
        self.depth = depth
    }

    /// `rr`, `rr@10`.
    public var name: String { "rr\(cutoff(depth))" }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let first = (0..<ranking.limit(depth)).first { ranking.isRelevant($0) }
        return first.map { 1 / Double($0 + 1) } ?? 0
    }
}
