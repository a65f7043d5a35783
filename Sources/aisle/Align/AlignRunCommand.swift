import Alignment
import ArgumentParser
import Foundation

/// `aisle align LEFT RIGHT`: pairs, scores, decisions.
struct AlignRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Pair the rows of two lists (the default).",
        discussion: """
            The summary goes to standard error. With --output a run that was stopped goes on where it was when the same \
            command is given again.
            """
    )

    @OptionGroup var options: AlignOptions

    @Option(help: "Probability from which a pair is merged; default 0.9 or that of the settings.")
    var merge: Double?

    @Option(help: "Probability from which a person should look; default 0.7 or that of the settings.")
    var review: Double?

    @Flag(help: "Give each row one partner at most, so that all together are likeliest.")
    var oneToOne = false

    @Flag(help: "Give dropped pairs, too.")
    var all = false

    @Option(help: "Known pairs (left id, tab, right id): measure the result against them.")
    var truth: String?

    @Option(help: "The file to write; default: standard output.")
    var output: String?

    @Flag(help: "Write JSON instead of TSV.")
    var json = false

    func validate() throws {
        for (name, value) in [("--merge", merge), ("--review", review)] {
            if let value, !(0...1).contains(value) { throw ValidationError("\(name) is a probability, 0 to 1.") }
        }
        if oneToOne, options.right == nil { throw ValidationError("--one-to-one needs two lists.") }
    }

    func run() async throws {
        do {
            try AlignOptions.checkTruth(truth)
            var alignment = try options.options(output: output)
            alignment.settings.merge = merge ?? alignment.settings.merge
            alignment.settings.review = review ?? alignment.settings.review
            if let review, merge == nil { alignment.settings.merge = max(review, alignment.settings.merge ?? 0.9) }
            if let merge, review == nil { alignment.settings.review = min(merge, alignment.settings.review ?? 0.7) }
            if let (field, problem) = alignment.settings.problem {
                throw CommandFailure("aisle: \(options.settings ?? "--\(field)"): \(field): \(problem)")
            }
            alignment.isOneToOne = oneToOne
            let command = self
            try await options.run(alignment, resumable: output != nil) { finished in
                let summary = try await finished.summary(truth: command.truth)
                try await command.write(finished, summary)
                Terminal.printError(AlignText(summary).text)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func write(_ finished: FinishedAlignment, _ summary: AlignmentSummary) async throws {
        let file = try AlignOutput(path: output, isJSON: json)
        defer { file.discard() }
        try file.begin()
        var cursor = PairCursor(includesDropped: all)
        while let pairs = try await finished.nextPairs(&cursor) {
            try Task.checkCancellation()
            try file.write(pairs)
        }
        try file.end(summary)
    }
}
