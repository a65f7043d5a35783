internal import Foundation

/// How a grade becomes a gain.
public enum Gain: Sendable, Hashable {
    /// The scale's gain, which is the grade itself unless the labels have gains of their own (trec_eval's).
    case linear
    /// `2^grade - 1` (Burges et al., ICML 2005); grades above 1,000 count as 1,000.
    case exponential

    func value(_ grade: Int, _ scale: RelevanceScale) -> Double {
        switch self {
        case .linear: scale.gain(grade)
        case .exponential: grade > 0 ? exp2(Double(min(grade, 1000))) - 1 : 0
        }
    }

    /// What the metric's name has after `dcg`.
    var suffix: String { self == .linear ? "" : "_exp" }
}

/// Discounted cumulated gain: the sum over ranks i of `gain / log2(i + 1)` (Järvelin and Kekäläinen, TOIS 2002).
public struct DCG: Metric {
    /// How grades count.
    public let gain: Gain
    /// Ranks that count; nil for all.
    public let depth: Int?

    /// DCG of the first `depth` documents.
    public init(_ gain: Gain = .linear, at depth: Int? = nil) {
        self.gain = gain
        self.depth = depth
    }

    /// `dcg@10`, `dcg_exp@10`.
    public var name: String { "dcg\(gain.suffix)\(cutoff(depth))" }

    /// 0 or more, without an upper bound.
    public func value(of ranking: JudgedRanking) -> Double {
        sum(ranking.grades.prefix(ranking.limit(depth)).map { $0 ?? 0 }, ranking.scale)
    }

    /// The greatest value any ranking of the query's judged documents has.
    func ideal(of ranking: JudgedRanking) -> Double {
        // By gain, not by grade: a scale may give a higher grade less.
        let gains = ranking.judged.map { gain.value($0, ranking.scale) }.sorted(by: >)
        return discounted(gains.prefix(depth ?? gains.count))
    }

    private func sum(_ grades: [Int], _ scale: RelevanceScale) -> Double {
        discounted(grades.map { gain.value($0, scale) }[...])
    }

    private func discounted(_ gains: ArraySlice<Double>) -> Double {
        zip(1..., gains).reduce(0) { $0 + $1.1 / log2(Double($1.0) + 1) }
    }
}
