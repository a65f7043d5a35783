import Foundation

/// What `aisle eval --json` prints, as far as a list of reports shows it.
struct ReportFigures: Decodable, Sendable {
    /// A ranking that was measured.
    struct Run: Decodable, Sendable {
        let name: String
        let metrics: [String: Double]
        let queries: [String: [String: Double]]
    }

    /// A run against the first one.
    struct Comparison: Decodable, Sendable {
        let metric: String
        let baseline: String
        let run: String
        let difference: Double
        /// The probability of such a difference by chance, corrected for the number of comparisons.
        let correctedP: Double

        enum CodingKeys: String, CodingKey {
            case metric, baseline, run, difference
            case correctedP = "corrected_p"
        }
    }

    let runs: [Run]
    let comparisons: [Comparison]
}

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
}
