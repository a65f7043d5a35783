import Alignment
import ArgumentParser
import Foundation

/// `aisle align fit`: thresholds for a wanted precision, from pairs that people judged.
struct AlignFitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Fit thresholds to a wanted precision on judged rows.",
        discussion: """
            Every left row that the truth names counts with all its candidates. The settings written hold for the same \
            model and instruction only.
            """
    )

    @OptionGroup var options: AlignOptions

    @Option(help: "Known pairs: left id, tab, right id; an empty right id says that there is none.")
    var truth: String

    @Option(help: "The settings file to write.")
    var into: String

    @Option(help: "Precision wanted of merged pairs.")
    var mergePrecision = 0.95

    @Option(help: "Share of the matches wanted at the review threshold or above.")
    var reviewRecall = 0.95

    @Option(help: "How sure the promises should be.")
    var confidence = 0.95

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let values = [
            ("--merge-precision", mergePrecision), ("--review-recall", reviewRecall), ("--confidence", confidence),
        ]
        for (name, value) in values where !(value > 0 && value < 1) {
            throw ValidationError("\(name) is above 0 and below 1.")
        }
    }

    func run() async throws {
        do {
            try AlignOptions.checkTruth(truth)
            var alignment = try options.options(output: into)
            // What an earlier fit found must not colour this one.
            alignment.settings.calibration = nil
            alignment.settings.fitted = nil
            let start = alignment.settings
            let command = self
            let (settings, fit) = try await options.run(alignment, resumable: true) { finished in
                try await command.fit(finished, start)
            }
            if let (field, problem) = settings.problem {
                throw AlignmentError.settings(path: options.settings ?? into, field: field, problem: problem)
            }
            try settings.write(to: into)
            if json {
                try Terminal.printJSON(settings)
            } else {
                print(text(settings, fit))
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func fit(
        _ finished: FinishedAlignment,
        _ start: AlignmentSettings
    ) async throws -> (AlignmentSettings, ThresholdFit) {
        let sample = try await finished.labelledScores(truth: truth)
        let fit = try ThresholdFit(
            sample,
            isModel: finished.model != nil,
            precision: mergePrecision,
            reviewRecall: reviewRecall,
            confidence: confidence
        )
        var settings = start
        settings.merge = fit.merge
        settings.review = fit.review
        settings.calibration = fit.calibration
        settings.fitted = Provenance(
            scorer: finished.scorer,
            model: finished.model ?? Aligner.lexical,
            pairs: sample.count,
            matches: sample.count { $0.isMatch },
            wantedPrecision: mergePrecision,
            confidence: confidence,
            merged: fit.merged,
            mergedCorrectly: fit.mergedCorrectly,
            precisionBound: fit.precisionBound,
            reviewRecall: fit.reviewRecall
        )
        return (settings, fit)
    }

    private func text(_ settings: AlignmentSettings, _ fit: ThresholdFit) -> String {
        guard let fitted = settings.fitted else { return "" }
        var lines = [
            "\(into): fitted on \(fitted.pairs) judged pairs, \(fitted.matches) of them one product (\(fitted.model))"
        ]
        lines.append(
            String(
                format: "merge  %.6f  %d pairs, %d right: precision at least %.4f, %g %% sure (wanted %g)",
                fit.merge,
                fit.merged,
                fit.mergedCorrectly,
                fit.precisionBound,
                100 * confidence,
                mergePrecision
            )
        )
        lines.append(
            fit.reviewRecall.map {
                String(
                    format: "review %.6f  at least %g of the matches among candidates, %g %% sure",
                    fit.review,
                    $0,
                    100 * confidence
                )
            } ?? String(format: "review %.6f  too few matches to promise a share of them", fit.review)
        )
        func loss(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
        lines.append(
            "calibration: \(settings.calibration == nil ? "not needed" : "Platt"), log loss on held-out rows "
                + "\(loss(fit.logLoss.calibrated)), without \(loss(fit.logLoss.asIs))"
        )
        if fitted.scorer == Aligner.lexical {
            lines.append("Without a model nothing is merged: pairs at the merge threshold are given for review.")
        }
        lines.append("These are figures of the sample itself; other rows, measured with --truth, say more.")
        return lines.joined(separator: "\n")
    }
}
