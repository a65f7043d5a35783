internal import Foundation

/// Expected reciprocal rank: the mean of 1 / rank where a shopper who reads downwards is content and stops.
///
/// Chapelle et al., CIKM 2009: a document of grade g satisfies with chance `(2^g - 1) / 2^G`, where G is the greatest
/// grade of all the judgments.
public struct ExpectedReciprocalRank: Metric {
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// ERR of the first `depth` documents.
    public init(at depth: Int? = nil) {
        self.depth = depth
    }

    /// `err`, `err@20`.
    public var name: String { "err\(cutoff(depth))" }

    /// 0 to below 1.
    public func value(of ranking: JudgedRanking) -> Double {
        var unsatisfied = 1.0
        var sum = 0.0
        for rank in 0..<ranking.limit(depth) {
            guard let grade = ranking.grades[rank], grade > 0 else { continue }
            // 2^(g - G) - 2^-G: the quotient without powers that overflow.
            let chance = exp2(Double(grade - ranking.greatestGrade)) - exp2(Double(-ranking.greatestGrade))
            sum += unsatisfied * chance / Double(rank + 1)
            unsatisfied *= 1 - chance
        }
        return sum
    }
}
