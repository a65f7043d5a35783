import Foundation
import Indexer

/// A build's report as a person reads it.
struct IndexReportText {
    let text: String

    init(_ report: BuildReport, into path: String) {
        var lines: [String] = []
        for file in report.dump.files { lines += Self.lines(file) }
        lines += report.examples.map { "  skipped: \($0)" }
        let skipped = report.rejected.values.reduce(0, +)
        if skipped > report.examples.count { lines.append("  … and \(skipped - report.examples.count) more") }
        if !report.rejected.isEmpty {
            let reasons = report.rejected.sorted { $0.value > $1.value }.map { "\($0.key) \($0.value)" }
            lines.append("Skipped \(skipped) rows: " + reasons.joined(separator: ", "))
        }
        var changes = ["added \(report.added)"]
        if report.replaced > 0 { changes.append("replaced \(report.replaced)") }
        if report.deleted > 0 { changes.append("deleted \(report.deleted)") }
        if !report.notFound.isEmpty {
            changes.append("not found: " + report.notFound.prefix(10).joined(separator: ", "))
        }
        let rate = report.seconds > 0 ? Int(Double(report.dump.rows) / report.seconds) : 0
        let seconds = String(format: "%.1f", report.seconds)
        let size = ByteCountFormatter.string(fromByteCount: Int64(report.bytes), countStyle: .file)
        lines.append(
            "\(path): \(report.products) products (\(changes.joined(separator: ", "))), \(size), \(seconds) s, \(rate) rows/s"
        )
        text = lines.joined(separator: "\n")
    }

    private static func lines(_ file: DumpReport.File) -> [String] {
        var kind = [file.format.rawValue.uppercased(), file.encoding.rawValue]
        if file.compressed { kind.append("gzip") }
        var lines = ["\(file.name): \(file.feed) (\(kind.joined(separator: ", "))), \(file.rows) rows"]
        var mapped: [String] = []
        var kept: [String] = []
        var ignored: [String] = []
        for column in file.columns {
            switch column.role {
            case .mapped(let field):
                mapped.append(column.name == field.rawValue ? column.name : "\(column.name) → \(field.rawValue)")
            // Several columns can be one attribute: options are named by the rows.
            case .attribute(let name) where kept.contains(name): break
            case .attribute(let name): kept.append(name)
            case .ignored(let reason): ignored.append("\(column.name) (\(reason))")
            case .used(let purpose): mapped.append("\(column.name) → \(purpose)")
            }
        }
        if !mapped.isEmpty { lines.append("  mapped: " + mapped.joined(separator: ", ")) }
        if !kept.isEmpty { lines.append("  kept as attributes: " + Self.short(kept)) }
        if !ignored.isEmpty { lines.append("  ignored: " + Self.short(ignored)) }
        if !file.skipped.isEmpty {
            let reasons = file.skipped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            lines.append("  left out: " + reasons.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
        }
        lines += file.notes.map { "  note: \($0)" }
        if !file.warnings.isEmpty {
            lines.append(
                "  warnings: "
                    + file.warnings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            )
            lines += file.warningExamples.prefix(3).map { "    \($0)" }
        }
        return lines
    }

    /// The first names; whole lists of wide dumps fill screens, and `--json` has them.
    private static func short(_ names: [String]) -> String {
        let shown = 8
        return names.prefix(shown).joined(separator: ", ")
            + (names.count > shown ? ", and \(names.count - shown) more" : "")
    }
}
