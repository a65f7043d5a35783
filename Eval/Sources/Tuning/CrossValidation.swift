/// What settings that were chosen on some queries are worth on others.
///
/// Each part of the queries is held out once: settings are chosen on the rest and measured on it. So every query is
/// measured with settings that it had no part in choosing (Stone 1974; Hastie, Tibshirani and Friedman 2009, 7.10).
public struct CrossValidation<Settings: Sendable & Equatable>: Sendable {
    /// What was chosen without each part, in the order of the parts.
    public let choices: [Settings]
    /// What was chosen on all queries: to be used, and not to be judged by these queries.
    public let winner: Settings
    /// Each query's value under the settings chosen without it, in the order of the queries.
    public let heldOut: [Double]
    /// Each query's value under the settings to compare with.
    public let baseline: [Double]

    /// Chooses and measures.
    ///
    /// - Parameters:
    ///   - folds: The parts.
    ///   - standard: The settings to compare with.
    ///   - choose: Chooses settings by the values of the queries at the given places, and of no others.
    ///   - values: Settings' value for each query.
    /// - Throws: What `choose` and `values` throw.
    public init(
        _ folds: Folds,
        standard: Settings,
        choose: (_ training: [Int]) async throws -> Settings,
        values: (Settings) async throws -> [Double]
    ) async throws {
        baseline = try await values(standard)
        var heldOut = baseline
        var choices: [Settings] = []
        for (part, places) in folds.parts.enumerated() {
            let chosen = try await choose(folds.training(without: part))
            let all = try await values(chosen)
            for place in places { heldOut[place] = all[place] }
            choices.append(chosen)
        }
        self.heldOut = heldOut
        self.choices = choices
        winner = try await choose(folds.parts.flatMap(\.self).sorted())
    }

    /// The held-out values against the default's.
    ///
    /// - Parameters:
    ///   - queries: Their names.
    ///   - metric: What the values are.
    ///   - seed: Of the test and the intervals.
    /// - Returns: Means, intervals and the comparison.
    /// - Throws: `EvalError` where there is no query.
    public func summary(queries: [String], metric: String, seed: UInt64) throws -> TuningSummary {
        try TuningSummary(queries: queries, metric: metric, baseline: baseline, heldOut: heldOut, seed: seed)
    }
}

/// Two lists of values, one a query, compared.
public struct TuningSummary: Sendable {
    /// A mean and where it lies in 95 of 100 samples of such queries.
    public struct Estimate: Sendable {
        /// The mean over the queries.
        public let mean: Double
        /// Nil for fewer than two queries.
        public let interval: BootstrapInterval?
    }

    /// The default's.
    public let baseline: Estimate
    /// That of the settings chosen on other queries.
    public let heldOut: Estimate
    /// The second against the first.
    public let comparison: Comparison

    /// Whether the interval of the difference lies above 0.
    public var isBetter: Bool { comparison.interval.map { $0.lower > 0 } ?? false }

    init(queries: [String], metric: String, baseline: [Double], heldOut: [Double], seed: UInt64) throws {
        func estimate(_ values: [Double]) -> Estimate {
            Estimate(
                mean: values.reduce(0, +) / Double(max(values.count, 1)),
                interval: BootstrapInterval(values, seed: seed)
            )
        }
        func evaluation(_ name: String, _ values: [Double]) -> Evaluation {
            Evaluation(
                name: name,
                metrics: [metric],
                queries: queries,
                values: [metric: values],
                oracles: [:],
                missing: [],
                extra: [],
                unanswerable: []
            )
        }
        let comparisons = try Comparison.againstFirst(
            [evaluation("default", baseline), evaluation("tuned, held out", heldOut)],
            seed: seed
        )
        guard let comparison = comparisons.first else { throw EvalError.nothingJudged }
        self.baseline = estimate(baseline)
        self.heldOut = estimate(heldOut)
        self.comparison = comparison
    }
}
