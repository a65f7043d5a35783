import Eval

/// Evaluations as other programs read them.
struct EvalJSON: Encodable {
    struct RunJSON: Encodable {
        let name: String
        let metrics: [String: Double]
        /// The metrics with each query's documents in the best order.
        let bestOrder: [String: Double]
        /// What keeps each metric from its best.
        let headroom: [String: Headroom]
        let queries: [String: [String: Double]]
        /// Nil where nothing was measured.
        let speed: Speed?
        /// Property, then value, then the figures of its queries; nil without --topics.
        let groups: [String: [String: Group]]?
    }

    /// How far a metric is from its best, and why.
    struct Headroom: Encodable {
        /// From the actual order to the best order of the same documents: what ranking can win.
        let ranking: Double
        /// From there to 1: what was not found.
        ///
        /// Nil where the metric's best is not 1.
        let recall: Double?
    }

    struct Speed: Encodable {
        let accuracyAt1: Double
        let recallAt3: Double
        let p50Ms: Double
        let p95Ms: Double
        let p99Ms: Double
    }

    struct Group: Encodable {
        let queries: Int
        let metrics: [String: Double]
    }

    struct ComparisonJSON: Encodable {
        struct Change: Encodable {
            let query: String
            let before: Double
            let after: Double

            init(_ change: Comparison.Change) {
                query = change.query
                before = change.before
                after = change.after
            }
        }

        let metric: String
        let baseline: String
        let run: String
        let difference: Double
        /// Lower and upper end, 95 %.
        let interval: [Double]?
        let tTestP: Double?
        let randomizationP: Double
        let correctedP: Double
        let wins: Int
        let ties: Int
        let losses: Int
        let gained: [Change]
        let lost: [Change]
    }

    let runs: [RunJSON]
    let comparisons: [ComparisonJSON]

    init(
        _ evaluations: [Evaluation],
        _ comparisons: [Comparison],
        _ speeds: [SpeedTable.Row] = [],
        _ topics: Topics? = nil
    ) {
        runs = evaluations.map { evaluation in
            RunJSON(
                name: evaluation.name,
                metrics: evaluation.means,
                bestOrder: evaluation.oracles.keys.reduce(into: [:]) { $0[$1] = evaluation.oracleMean($1) },
                headroom: evaluation.metrics.reduce(into: [:]) { headroom, metric in
                    headroom[metric] = evaluation.headroom(metric).map {
                        Headroom(ranking: $0.ranking, recall: $0.recall)
                    }
                },
                queries: evaluation.queries.enumerated().reduce(into: [:]) { queries, query in
                    queries[query.element] = evaluation.values.mapValues { $0[query.offset] }
                },
                speed: speeds.first { $0.run == evaluation.name }.map(Self.speed),
                groups: topics.map { Self.groups(evaluation, $0) }
            )
        }
        self.comparisons = comparisons.map { comparison in
            ComparisonJSON(
                metric: comparison.metric,
                baseline: comparison.baseline,
                run: comparison.run,
                difference: comparison.difference,
                interval: comparison.interval.map { [$0.lower, $0.upper] },
                tTestP: comparison.tTest?.pValue,
                randomizationP: comparison.randomization.pValue,
                correctedP: comparison.correctedPValue,
                wins: comparison.wins,
                ties: comparison.ties,
                losses: comparison.losses,
                gained: comparison.gained(10).map(ComparisonJSON.Change.init),
                lost: comparison.lost(10).map(ComparisonJSON.Change.init)
            )
        }
    }

    private static func speed(_ row: SpeedTable.Row) -> Speed {
        Speed(
            accuracyAt1: row.accuracyAt1,
            recallAt3: row.recallAt3,
            p50Ms: row.latency.p50,
            p95Ms: row.latency.p95,
            p99Ms: row.latency.p99
        )
    }

    private static func groups(_ evaluation: Evaluation, _ topics: Topics) -> [String: [String: Group]] {
        topics.properties.reduce(into: [:]) { groups, property in
            groups[property] = evaluation.groups(property, topics).reduce(into: [:]) { group, entry in
                group[entry.value] = Group(queries: entry.evaluation.queries.count, metrics: entry.evaluation.means)
            }
        }
    }
}
