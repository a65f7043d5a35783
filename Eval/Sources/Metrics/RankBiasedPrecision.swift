internal import Foundation

/// Rank-biased precision: `(1 - p) * sum of p^(i - 1)` over the ranks i of relevant documents.
///
/// Moffat and Zobel, TOIS 2008. p is the chance that a shopper looks at the next hit.
public struct RankBiasedPrecision: Metric {
    /// The chance of going on, in hundredths: 1 to 99.
    public let hundredths: Int
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// RBP of the first `depth` documents; `hundredths` outside 1...99 is brought inside.
    public init(hundredths: Int = 80, at depth: Int? = nil) {
        self.hundredths = min(max(hundredths, 1), 99)
        self.depth = depth
    }

    /// `rbp.80`, `rbp.95@10`: p is what follows the dot.
    public var name: String { String(format: "rbp.%02d", hundredths) + cutoff(depth) }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let persistence = Double(hundredths) / 100
        var weight = 1 - persistence
        var sum = 0.0
        for rank in 0..<ranking.limit(depth) {
            if ranking.isRelevant(rank) { sum += weight }
            weight *= persistence
        }
        return sum
    }
}
