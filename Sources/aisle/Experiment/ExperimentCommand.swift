import ArgumentParser
import Eval
import Foundation
import Retriever

/// `aisle experiment`: runs experiment files and says what moved.
struct ExperimentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "experiment",
        abstract: "Run experiment files and say which figures moved since they were recorded.",
        discussion: """
            A file names a dump, queries, judgments, a stage and metrics, and holds the figures of the last time \
            (docs/evaluation.md). They are a record: a figure that moved may have moved for the better. Exit code 1 when one \
            did; --update accepts.
            """
    )

    @Argument(help: "Experiment files (JSON).")
    var files: [String]

    @Flag(help: "Write what came out into the files.")
    var update = false

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var engine: EngineOptions

    @OptionGroup var check: CheckOptions

    func run() async throws {
        do {
            var outcomes: [ExperimentOutcome] = []
            for path in files {
                Terminal.printError("\(path) ...")
                outcomes.append(try await ExperimentRunner(engine: engine, check: check.check()).run(path))
            }
            if json {
                try Terminal.printJSON(outcomes.map(ExperimentJSON.init))
            } else {
                print(ExperimentText(outcomes).text)
            }
            let moved = outcomes.filter { !$0.changes.isEmpty }
            if update {
                for outcome in moved {
                    var experiment = outcome.experiment
                    experiment.expected = outcome.record
                    try experiment.write(to: outcome.path)
                }
                Terminal.printError("Files written: \(moved.count).")
            } else if !moved.isEmpty {
                throw CommandFailure(
                    """
                    aisle: figures moved in \(moved.count) of \(outcomes.count) experiments. If that is meant, accept \
                    them with --update and say why in the commit.
                    """
                )
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// What came out of one experiment file.
struct ExperimentOutcome {
    let path: String
    let experiment: Experiment
    /// Nil where files it needs are not there.
    let record: ExperimentRecord?
    /// Files that are not there.
    let missing: [String]
    /// The whole stage's latencies.
    let latency: ReportLatency?

    /// The file's name without its extension.
    var name: String { URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent }

    /// What moved; everything, where nothing was recorded.
    var changes: [ExperimentChange] {
        guard let record else { return [] }
        return record.changes(since: experiment.expected ?? ExperimentRecord(corpus: [:], metrics: [:]))
    }
}

/// An outcome as other programs read it.
struct ExperimentJSON: Encodable {
    struct Change: Encodable {
        let name: String
        let before: Double?
        let after: Double?
    }
    struct Latency: Encodable {
        let p50Ms: Double
        let p95Ms: Double
        let p99Ms: Double
    }

    let name: String
    let missing: [String]
    let corpus: [String: Int]?
    let metrics: [String: Double]?
    let latency: Latency?
    let changes: [Change]

    init(_ outcome: ExperimentOutcome) {
        name = outcome.name
        missing = outcome.missing
        corpus = outcome.record?.corpus
        metrics = outcome.record?.metrics
        latency = outcome.latency.map { Latency(p50Ms: $0.p50, p95Ms: $0.p95, p99Ms: $0.p99) }
        changes = outcome.changes.map { Change(name: $0.name, before: $0.before, after: $0.after) }
    }
}

/// Outcomes as a person reads them: a table, then what moved.
struct ExperimentText {
    let text: String

    init(_ outcomes: [ExperimentOutcome]) {
        var metrics: [String] = []
        for outcome in outcomes {
            for name in outcome.experiment.metrics where !metrics.contains(name) { metrics.append(name) }
        }
        var table = TextTable(
            [TextTable.Column("Experiment", minWidth: 12, isFlexible: true)]
                + (metrics + ["p50 ms", "p95 ms", "p99 ms", "moved"]).map {
                    TextTable.Column($0, .right, minWidth: 5)
                }
        )
        for outcome in outcomes where outcome.record != nil {
            let values = metrics.map { name in
                outcome.record?.metrics[name].map { String(format: "%.4f", $0) } ?? ""
            }
            let times = outcome.latency.map { [$0.p50, $0.p95, $0.p99].map { String(format: "%.1f", $0) } }
            let moved =
                outcome.experiment.expected == nil
                ? "new" : outcome.changes.isEmpty ? "no" : "\(outcome.changes.count)"
            table.add(
                ([outcome.name] + values + (times ?? ["", "", ""]) + [moved]).map { TextTable.Cell($0) }
            )
        }
        var lines = [
            table.rendered(
                Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
            )
        ]
        for outcome in outcomes {
            if !outcome.missing.isEmpty {
                lines.append("left out: \(outcome.name): not there: \(outcome.missing.joined(separator: ", "))")
            }
            if outcome.record != nil, outcome.experiment.expected == nil {
                lines.append("new: \(outcome.name): no figures are recorded; --update records these")
                continue
            }
            lines += outcome.changes.map { change in
                func number(_ value: Double?) -> String { value.map { String(format: "%g", $0) } ?? "nothing" }
                let difference = change.before.flatMap { before in
                    change.after.map { String(format: " (%+.4g)", $0 - before) }
                }
                return "moved: \(outcome.name): \(change.name) from \(number(change.before)) to "
                    + "\(number(change.after))\(difference ?? "")"
            }
        }
        text = lines.joined(separator: "\n")
    }
}
