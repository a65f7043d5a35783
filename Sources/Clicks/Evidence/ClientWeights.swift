/// How much each client's impressions count: less where it clicks, or looks, as no shopper does.
struct ClientWeights: Sendable {
    /// One a visitor number, above 0 to 1.
    let values: [Float]
    /// Clients that count less than fully.
    let reduced: Int

    /// Clicks that everybody may have beyond what is expected.
    private static let allowance = 5.0

    /// Weights of the clients of some samples.
    ///
    /// A client's clicks are compared with those expected at the ranks it saw and the mean click rate. Clicks of
    /// independent shoppers scatter as a Poisson variable does: what lies more than `clientDeviations` of its standard
    /// deviations (and five clicks) above counts, all in all, no more than what lies there. Those who look at more than
    /// `mostExaminedByClient` places count as that many: crawlers push everything down.
    init(_ impressions: CountedImpressions, curve: RankCurve, settings: EvidenceSettings, visitors: Int) {
        var clicks = [Double](repeating: 0, count: visitors)
        var examined = [Double](repeating: 0, count: visitors)
        for sample in impressions.samples where sample.before == .none {
            examined[Int(sample.client)] += curve.values[Int(sample.bucket)]
            if sample.engagement > .none { clicks[Int(sample.client)] += 1 }
        }
        let total = examined.reduce(0, +)
        let mean = total > 0 ? clicks.reduce(0, +) / total : 0
        values = zip(clicks, examined).map { clicks, examined in
            let expected = examined * mean
            let plausible = expected + settings.clientDeviations * expected.squareRoot() + Self.allowance
            let byClicks = clicks > plausible ? plausible / clicks : 1
            let byLooks = examined > settings.mostExaminedByClient ? settings.mostExaminedByClient / examined : 1
            return Float(min(byClicks, byLooks))
        }
        reduced = values.count { $0 < 1 }
    }

    /// All count fully.
    init(visitors: Int) {
        values = [Float](repeating: 1, count: visitors)
        reduced = 0
    }
}
