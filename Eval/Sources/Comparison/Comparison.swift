/// One run against another on one metric, over the same queries.
public struct Comparison: Sendable {
    /// One query's change.
    public struct Change: Sendable, Equatable {
        /// The query.
        public let query: String
        /// The baseline's value.
        public let before: Double
        /// The other run's value.
        public let after: Double
        /// What the other run gains.
        public var difference: Double { after - before }
    }

    /// Differences up to this are ties.
    public static let tie = 1e-9

    /// The metric.
    public let metric: String
    /// The run that is compared with.
    public let baseline: String
    /// The run that is compared.
    public let run: String
    /// The run's mean less the baseline's.
    public let difference: Double
    /// Of the mean difference, 95 %; nil for fewer than two queries.
    public let interval: BootstrapInterval?
    /// Nil for fewer than two queries.
    public let tTest: PairedTTest?
    /// Fisher's test.
    public let randomization: RandomizationTest
    /// Fisher's p-value, corrected for all runs compared with this baseline on this metric.
    public fileprivate(set) var correctedPValue: Double
    /// Queries the run does better on.
    public let wins: Int
    /// Queries without a difference.
    public let ties: Int
    /// Queries the run does worse on.
    public let losses: Int
    /// All queries, in the evaluations' order.
    public let changes: [Change]

    /// Whether the corrected p-value is below 0.05, and below 0.01: one star, or two.
    public var stars: Int { correctedPValue < 0.01 ? 2 : correctedPValue < 0.05 ? 1 : 0 }

    /// The queries that lost most, worst first; ties by query.
    public func lost(_ count: Int) -> [Change] {
        Array(changes.filter { $0.difference < -Self.tie }.sorted { Self.isEarlier($0, $1, sign: 1) }.prefix(count))
    }

    /// The queries that gained most, best first; ties by query.
    public func gained(_ count: Int) -> [Change] {
        Array(changes.filter { $0.difference > Self.tie }.sorted { Self.isEarlier($0, $1, sign: -1) }.prefix(count))
    }

    private static func isEarlier(_ left: Change, _ right: Change, sign: Double) -> Bool {
        left.difference == right.difference
            ? Run.precedes(left.query, right.query) : sign * left.difference < sign * right.difference
    }

    private init(_ metric: String, _ baseline: Evaluation, _ run: Evaluation, seed: UInt64) {
        let before = baseline.values[metric] ?? []
        let after = run.values[metric] ?? []
        let differences = zip(after, before).map { abs($0 - $1) <= Self.tie ? 0 : $0 - $1 }
        self.metric = metric
        self.baseline = baseline.name
        self.run = run.name
        difference = (run.mean(metric) ?? 0) - (baseline.mean(metric) ?? 0)
        interval = BootstrapInterval(differences, seed: seed)
        tTest = PairedTTest(differences)
        randomization = RandomizationTest(differences, seed: seed)
        correctedPValue = randomization.pValue
        wins = differences.count { $0 > 0 }
        ties = differences.count { $0 == 0 }
        losses = differences.count { $0 < 0 }
        changes = zip(run.queries, zip(before, after)).map { Change(query: $0, before: $1.0, after: $1.1) }
    }

    /// Compares every run with the first, on every metric, run by run.
    ///
    /// The correction is over the runs on one metric. The seed alone decides what is drawn.
    /// Throws `EvalError.incomparable` where queries or metrics differ, `.repeatedRun` where names do not.
    public static func againstFirst(_ evaluations: [Evaluation], seed: UInt64 = 1) throws -> [Comparison] {
        guard let baseline = evaluations.first else { return [] }
        var names: Set<String> = []
        for evaluation in evaluations where !names.insert(evaluation.name).inserted {
            throw EvalError.repeatedRun(name: evaluation.name)
        }
        var comparisons: [Comparison] = []
        for run in evaluations.dropFirst() {
            guard run.queries == baseline.queries, run.metrics == baseline.metrics else {
                throw EvalError.incomparable(left: baseline.name, right: run.name)
            }
            comparisons += run.metrics.map { Comparison($0, baseline, run, seed: seed) }
        }
        for metric in baseline.metrics {
            let places = comparisons.indices.filter { comparisons[$0].metric == metric }
            let corrected = HolmCorrection.adjusted(places.map { comparisons[$0].randomization.pValue })
            for (place, pValue) in zip(places, corrected) { comparisons[place].correctedPValue = pValue }
        }
        return comparisons
    }
}
