import Eval
import Foundation
import Retriever

/// Evaluations as a person reads them: a table, what changed, and where the losses are.
struct EvalText {
    let text: String

    init(_ evaluations: [Evaluation], _ comparisons: [Comparison], texts: [String: String]) {
        var lines = [Self.table(evaluations, comparisons)]
        if let baseline = evaluations.first {
            lines.append("Judged queries: \(baseline.queries.count). \"best order\": the same documents, best first.")
        }
        if !comparisons.isEmpty {
            let runs = Set(comparisons.map(\.run)).count
            lines.append(
                """
                * p < 0.05, ** p < 0.01 against \(comparisons[0].baseline): Fisher's randomization test, corrected (Holm) \
                for \(runs) \(runs == 1 ? "run" : "runs").
                """
            )
        }
        for comparison in comparisons { lines.append(Self.line(comparison)) }
        for comparison in comparisons where comparison.metric == evaluations.first?.metrics.first {
            lines += Self.changes(comparison.lost(5), "lost most", comparison, texts)
            lines += Self.changes(comparison.gained(5), "gained most", comparison, texts)
        }
        text = lines.joined(separator: "\n")
    }

    private static func table(_ evaluations: [Evaluation], _ comparisons: [Comparison]) -> String {
        let metrics = evaluations.first?.metrics ?? []
        var table = TextTable(
            [TextTable.Column("Run", minWidth: 8, isFlexible: true)]
                + metrics.map { TextTable.Column($0, .right, minWidth: 6) }
        )
        for evaluation in evaluations {
            let values = metrics.map { metric in
                let mean = String(format: "%.4f", evaluation.mean(metric) ?? 0)
                let stars = comparisons.first { $0.run == evaluation.name && $0.metric == metric }?.stars ?? 0
                return mean + String(repeating: "*", count: stars)
            }
            table.add(([evaluation.name] + values).map { TextTable.Cell($0) })
            let best = metrics.map { metric in evaluation.oracleMean(metric).map { String(format: "%.4f", $0) } ?? "" }
            table.add((["  best order"] + best).map { TextTable.Cell($0) })
        }
        return rendered(table)
    }

    /// Accuracy at 1, recall at 3 and milliseconds of the runs that have latencies; nil where none has.
    static func speeds(_ rows: [SpeedTable.Row]) -> String? {
        guard !rows.isEmpty else { return nil }
        var table = TextTable(
            [TextTable.Column("Run", minWidth: 8, isFlexible: true)]
                + ["accuracy@1", "recall@3", "p50 ms", "p95 ms", "p99 ms"].map {
                    TextTable.Column($0, .right, minWidth: 6)
                }
        )
        for row in rows {
            let figures = [row.accuracyAt1, row.recallAt3].map { String(format: "%.4f", $0) }
            let times = [row.latency.p50, row.latency.p95, row.latency.p99].map { String(format: "%.2f", $0) }
            table.add(([row.run] + figures + times).map { TextTable.Cell($0) })
        }
        return rendered(table)
    }

    /// The means of each group of queries.
    static func groups(_ evaluations: [Evaluation], _ topics: Topics) -> String {
        let metrics = evaluations.first?.metrics ?? []
        var table = TextTable(
            [
                TextTable.Column("Queries", minWidth: 12, isFlexible: true), TextTable.Column("n", .right, minWidth: 3),
                TextTable.Column("Run", minWidth: 8),
            ] + metrics.map { TextTable.Column($0, .right, minWidth: 6) }
        )
        for property in topics.properties {
            for (value, first) in evaluations.first?.groups(property, topics) ?? [] {
                for evaluation in evaluations {
                    guard let group = evaluation.only(Set(first.queries)) else { continue }
                    let means = metrics.map { String(format: "%.4f", group.mean($0) ?? 0) }
                    let cells = ["\(property)=\(value)", "\(group.queries.count)", evaluation.name] + means
                    table.add(cells.map { TextTable.Cell(Highlighter.printable($0)) })
                }
            }
        }
        return rendered(table)
    }

    private static func rendered(_ table: TextTable) -> String {
        table.rendered(
            Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
        )
    }

    private static func line(_ comparison: Comparison) -> String {
        var parts = [
            String(
                format: "%@ against %@, %@: %+.4f",
                comparison.run,
                comparison.baseline,
                comparison.metric,
                comparison.difference
            )
        ]
        if let interval = comparison.interval {
            parts.append(String(format: "95 %% [%+.4f, %+.4f]", interval.lower, interval.upper))
        }
        if let tTest = comparison.tTest { parts.append("t-test p \(pValue(tTest.pValue))") }
        parts.append("randomization p \(pValue(comparison.randomization.pValue))")
        parts.append("corrected \(pValue(comparison.correctedPValue))")
        parts.append("\(comparison.wins) better, \(comparison.ties) same, \(comparison.losses) worse")
        return parts.joined(separator: ", ")
    }

    private static func pValue(_ number: Double) -> String {
        number < 0.0001 ? "<0.0001" : String(format: "%.4f", number)
    }

    private static func changes(
        _ changes: [Comparison.Change],
        _ title: String,
        _ comparison: Comparison,
        _ texts: [String: String]
    ) -> [String] {
        guard !changes.isEmpty else { return [] }
        return ["\(comparison.run), \(comparison.metric), \(title):"]
            + changes.map { change in
                String(format: "  %.4f → %.4f  ", change.before, change.after)
                    + [change.query, texts[change.query]].compactMap { $0 }.map(Highlighter.printable)
                    .joined(separator: "  ")
            }
    }
}
