internal import Clicks

/// How much shoppers' clicks count in the order: a bounded term on the margin, off unless a weight is given.
///
/// A relevant hit (one with a margin of at least `relevantFrom`) gets `weight x (1 + score) / 2`, where `score` (-1...1)
/// is its click evidence: 0 where it is clicked far less than expected, half of the weight where nothing is known, all
/// of it where it is clicked far more. Other hits get nothing. So
///
/// - a hit that is not relevant never comes before a relevant one because of clicks: its own score stays, and that of
///   no relevant hit falls;
/// - a relevant hit never overtakes one that is more than `weight` log-odds above it.
///
/// In reciprocal rank fusion, which has no log-odds, a weight of 1 is worth one first place: `1 / (k + 1)`.
public struct ClickBlend: Sendable, Hashable {
    /// Log-odds between the most and the least clicked of equally relevant hits, from 0 (off) to 10.
    public var weight: Double
    /// The margin from which a hit is relevant, in log-odds; 0: the reranker finds it rather relevant than not.
    public var relevantFrom: Double

    /// Greatest weight.
    public static let mostWeight = 10.0

    /// A blend; without arguments clicks do not count.
    public init(weight: Double = 0, relevantFrom: Double = 0) {
        self.weight = weight.isFinite ? min(max(weight, 0), Self.mostWeight) : 0
        self.relevantFrom = relevantFrom
    }

    /// Adds the term to the fused scores.
    ///
    /// - Parameters:
    ///   - scores: One a candidate, nil for those without a margin.
    ///   - margins: As many.
    ///   - evidence: As many, nil where nothing is known.
    ///   - fusion: What the scores were made by.
    /// - Returns: The scores with a term more.
    func blended(
        into scores: [FusedScore?],
        margins: [Double?],
        evidence: [ClickEvidence?],
        fusion: Fusion
    ) -> [FusedScore?] {
        guard weight > 0 else { return scores }
        return scores.indices.map { place in
            guard let score = scores[place], let margin = margins[place], margin >= relevantFrom else {
                return scores[place]
            }
            let share = (1 + (evidence[place]?.score ?? 0)) / 2
            return FusedScore(
                score.terms + [.init(name: "\(weight) x clicks", value: weight * fusion.vote * share)]
            )
        }
    }
}
