import Alignment
import Foundation
import Retriever

/// What came of an alignment, as a person reads it.
struct AlignText {
    let text: String

    init(_ summary: AlignmentSummary) {
        var lines: [String] = []
        for list in summary.lists {
            lines.append("\(list.path): \(list.rows) rows")
            lines += list.examples.map { "  skipped: \($0)" }
            let skipped = list.rejected.values.reduce(0, +)
            if skipped > list.examples.count { lines.append("  … and \(skipped - list.examples.count) more") }
        }
        let isLexical = summary.scorer == Aligner.lexical
        lines.append(
            "candidates: \(summary.candidates)\(summary.isExhaustive ? " (all pairs)" : "")"
                + ", rows without any: \(summary.rowsWithoutCandidate)"
        )
        if isLexical {
            lines.append("no model: pairs are ordered by words, codes and numbers they share, and none is merged")
        } else {
            lines.append("scored by \(summary.scorer), in both directions")
        }
        lines.append(
            "merge \(summary.merged), review \(summary.reviewed), drop \(summary.dropped);"
                + " rows merged \(summary.rowsMerged), to review \(summary.rowsToReview)"
        )
        if summary.outbid > 0 { lines.append("dropped because a row was given to another: \(summary.outbid)") }
        if summary.conflicts > 0 {
            lines.append("merged pairs in conflict with another: \(summary.conflicts) (column \"conflict\")")
        }
        if summary.differing > 0 {
            lines.append("merged although codes or amounts differ: \(summary.differing) (column \"differs\")")
        }
        if let figures = summary.figures { lines += Self.lines(figures) }
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ figures: AlignmentFigures) -> [String] {
        var lines = [
            "",
            "truth: \(figures.judgedRows) rows, \(figures.rowsWithCounterpart) with a counterpart, "
                + "\(figures.truePairs) pairs",
            String(format: "candidate recall %.4f (", figures.candidateRecall)
                + figures.foundBy.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                + ")",
            "",
        ]
        var orders = TextTable([
            TextTable.Column("Order", minWidth: 8, isFlexible: true),
            TextTable.Column("accuracy@1", .right, minWidth: 10), TextTable.Column("recall@3", .right, minWidth: 8),
        ])
        for order in figures.orders {
            orders.add([
                TextTable.Cell(order.name), TextTable.Cell(String(format: "%.4f", order.accuracyAt1)),
                TextTable.Cell(String(format: "%.4f", order.recallAt3)),
            ])
        }
        lines.append(orders.rendered(.plain))
        for (name, decided) in [("merge", figures.merge), ("merge or review", figures.mergeOrReview)] {
            guard let decided else { continue }
            var line = "\(name): \(decided.correct) of \(decided.pairs) right"
            if let precision = decided.precision, let interval = decided.precisionInterval {
                line += String(format: ", precision %.4f [%.4f, %.4f]", precision, interval[0], interval[1])
            }
            lines.append(line + String(format: ", recall %.4f", decided.recall))
        }
        guard let bins = figures.reliability else { return lines }
        var table = TextTable([
            TextTable.Column("Probability", minWidth: 11), TextTable.Column("Pairs", .right, minWidth: 6),
            TextTable.Column("Mean", .right, minWidth: 6), TextTable.Column("One product", .right, minWidth: 11),
        ])
        for bin in bins {
            table.add([
                TextTable.Cell(String(format: "%.1f-%.1f", bin.from, bin.to)), TextTable.Cell("\(bin.pairs)"),
                TextTable.Cell(bin.pairs > 0 ? String(format: "%.4f", bin.probability) : ""),
                TextTable.Cell(bin.pairs > 0 ? String(format: "%.4f", bin.share) : ""),
            ])
        }
        lines.append(table.rendered(.plain))
        if let brier = figures.brier, let error = figures.calibrationError {
            lines.append(String(format: "Brier %.4f, expected calibration error %.4f", brier, error))
        }
        return lines
    }
}
