import Eval
import Foundation
import Ranking

/// What tuning found, for people, for programs and as the settings file.
struct TuneReport {
    let metric: String
    let folds: Int
    let seed: UInt64
    let standard: RankingSettings
    let result: CrossValidation<RankingSettings>
    let summary: TuningSummary

    /// Settings and the evidence for them; the settings file, and `--json`.
    struct JSON: Encodable {
        struct Estimate: Encodable {
            let mean: Double
            /// Lower and upper end, 95 %.
            let interval: [Double]?

            init(_ estimate: TuningSummary.Estimate) {
                mean = estimate.mean
                interval = estimate.interval.map { [$0.lower, $0.upper] }
            }
        }

        struct Evidence: Encodable {
            let metric: String
            let queries: Int
            let folds: Int
            let seed: UInt64
            let `default`: Estimate
            let heldOut: Estimate
            let difference: Double
            let differenceInterval: [Double]?
            let randomizationP: Double
            let isBetter: Bool
        }

        let weights: String?
        let fusion: String?
        /// What was chosen in each fold.
        let choices: [String]
        let evidence: Evidence
    }

    var json: JSON {
        let comparison = summary.comparison
        return JSON(
            weights: result.winner.weights?.text,
            fusion: result.winner.fusion?.description,
            choices: result.choices.map(Self.text),
            evidence: JSON.Evidence(
                metric: metric,
                queries: result.baseline.count,
                folds: folds,
                seed: seed,
                default: JSON.Estimate(summary.baseline),
                heldOut: JSON.Estimate(summary.heldOut),
                difference: comparison.difference,
                differenceInterval: comparison.interval.map { [$0.lower, $0.upper] },
                randomizationP: comparison.randomization.pValue,
                isBetter: summary.isBetter
            )
        )
    }

    var text: String {
        let comparison = summary.comparison
        func line(_ name: String, _ estimate: TuningSummary.Estimate) -> String {
            let interval = estimate.interval.map { String(format: "[%.4f, %.4f]", $0.lower, $0.upper) } ?? ""
            return "  " + name.padding(toLength: 18, withPad: " ", startingAt: 0)
                + String(format: "%.4f  ", estimate.mean) + interval
        }
        var lines = [
            "\(metric), \(result.baseline.count) queries, \(folds) folds, seed \(seed); mean and 95 % interval:",
            line("default", summary.baseline), line("tuned, held out", summary.heldOut),
        ]
        var difference = String(format: "  difference        %+.4f", comparison.difference)
        if let interval = comparison.interval {
            difference += String(format: "  [%+.4f, %+.4f]", interval.lower, interval.upper)
        }
        difference += String(format: ", randomization p %.4f, ", comparison.randomization.pValue)
        difference += "\(comparison.wins) better, \(comparison.ties) same, \(comparison.losses) worse"
        lines.append(difference)
        lines.append("default:  \(Self.text(standard))")
        lines.append("chosen:   \(Self.text(result.winner))")
        for (fold, choice) in result.choices.enumerated() { lines.append("  fold \(fold + 1): \(Self.text(choice))") }
        if !summary.isBetter {
            lines.append(
                """
                The interval of the difference holds 0: on these queries the chosen settings are not known to be better. \
                Keep the default, or judge more queries.
                """
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Writes the settings file.
    ///
    /// Throws `CommandFailure`.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try OutputFile.write(encoder.encode(json) + Data("\n".utf8), to: path)
    }

    private static func text(_ settings: RankingSettings) -> String {
        [settings.weights.map(\.text), settings.fusion.map(\.description)].compactMap { $0 }.joined(separator: " ")
    }
}
