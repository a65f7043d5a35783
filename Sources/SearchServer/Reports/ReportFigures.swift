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
