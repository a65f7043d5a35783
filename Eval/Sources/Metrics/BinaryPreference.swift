/// bpref: how seldom judged non-relevant documents stand above relevant ones; the unjudged do not count.
///
/// Buckley and Voorhees, SIGIR 2004, as trec_eval's `bpref` computes it (denominator min(R, N)).
public struct BinaryPreference: Metric {
    /// bpref of all documents.
    public init() {}

    /// `bpref`.
    public var name: String { "bpref" }

    /// 0 to 1.
    public func value(of ranking: JudgedRanking) -> Double {
        let relevant = ranking.relevantCount
        guard relevant > 0 else { return 0 }
        let bound = min(relevant, ranking.nonRelevantCount)
        var nonRelevant = 0
        var sum = 0.0
        for case let grade? in ranking.grades {
            if ranking.scale.isRelevant(grade) {
                // No division by 0: whoever met a non-relevant document has a bound of 1 or more.
                sum += nonRelevant == 0 ? 1 : 1 - Double(min(nonRelevant, relevant)) / Double(max(bound, 1))
            } else {
                nonRelevant += 1
            }
        }
        return sum / Double(relevant)
    }
}
