import Eval

/// Evaluations as other programs read them.
struct EvalJSON: Encodable {
    struct RunJSON: Encodable {
        let name: String
        let metrics: [String: Double]
        let queries: [String: [String: Double]]
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

    init(_ evaluations: [Evaluation], _ comparisons: [Comparison]) {
        runs = evaluations.map { evaluation in
            RunJSON(
                name: evaluation.name,
                metrics: evaluation.values.keys.reduce(into: [:]) { $0[$1] = evaluation.mean($1) },
                queries: evaluation.queries.enumerated().reduce(into: [:]) { queries, query in
                    queries[query.element] = evaluation.values.mapValues { $0[query.offset] }
                }
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
}
