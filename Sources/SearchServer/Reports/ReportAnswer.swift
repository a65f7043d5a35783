import Foundation

/// One report in the answer of `GET /reports`.
struct ReportAnswer: Encodable, Sendable {
    struct Run: Encodable, Sendable {
        let name: String
        let metrics: [String: Double]
    }

    struct Comparison: Encodable, Sendable {
        let metric: String
        let baseline: String
        let run: String
        let difference: Double
        let p: Double
    }

    /// The file's name.
    let name: String
    /// Where it is, from the server's root; good for as long as this server runs.
    let address: String
    /// When it was written (ISO 8601).
    let date: String
    /// How many queries were measured; nil where no figures lie beside it.
    let queries: Int?
    let runs: [Run]
    let comparisons: [Comparison]

    init(_ entry: ReportFolder.Entry, _ figures: ReportFigures?, address: String) {
        name = entry.name
        self.address = address
        date = entry.date.formatted(.iso8601)
        queries = figures?.runs.first?.queries.count
        runs = (figures?.runs ?? []).map { Run(name: $0.name, metrics: $0.metrics) }
        comparisons = (figures?.comparisons ?? []).map {
            Comparison(
                metric: $0.metric,
                baseline: $0.baseline,
                run: $0.run,
                difference: $0.difference,
                p: $0.correctedP
            )
        }
    }

    /// Its shape.
    static let schema = Schema.object(
        "A report.",
        [
            "name": .text("The file's name."),
            "address": .text("Where it is, from the server's root, for as long as this server runs."),
            "date": .text("When it was written (ISO 8601)."),
            "queries": .integer("How many queries were measured.").optional,
            "runs": .list(
                "What was measured.",
                of: .object(
                    "A run.",
                    ["name": .text("Its name."), "metrics": .map("Means by metric.", to: .number("A mean."))]
                )
            ),
            "comparisons": .list(
                "Runs against the first one.",
                of: .object(
                    "A comparison.",
                    [
                        "metric": .text("The metric."), "baseline": .text("The first run."),
                        "run": .text("The other run."), "difference": .number("The other run's mean less the first's."),
                        "p": .number("Probability of such a difference by chance, corrected."),
                    ]
                )
            ),
        ]
    )
}
