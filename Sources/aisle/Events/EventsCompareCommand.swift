import ArgumentParser
import Clicks
import Foundation
import Retriever

/// `aisle events compare`: which of two interleaved configurations shoppers prefer.
struct EventsCompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Say which of two interleaved configurations shoppers prefer, and how sure that is.",
        discussion: """
            Each visit in which hits were clicked has one vote, for the configuration whose hits were clicked more. The \
            p-value is the two-sided sign test's, the interval a bootstrap of visits. Look once, when enough visits are \
            there: who looks daily and stops at p < 0.05 finds differences that are none.
            """
    )

    @OptionGroup var events: EventsFile

    @Option(help: "Only searches of the last so many days.")
    var days: Double?

    @Option(help: "Decides what the bootstrap draws.")
    var seed: UInt64 = 1

    @Flag(help: "Print JSON.")
    var json = false

    /// What `--json` prints.
    private struct Report: Encodable {
        struct Comparison: Encodable {
            let a: String
            let b: String
            let searches: Int
            let clickedSearches: Int
            let winsA: Int
            let winsB: Int
            let ties: Int
            let preferenceA: Double?
            let from: Double?
            let to: Double?
            let pValue: Double
            let winner: String?
        }
        let comparisons: [Comparison]
    }

    func validate() throws {
        if let days, !(days > 0 && days <= 36_500) { throw ValidationError("--days is above 0, at most 36500.") }
    }

    func run() async throws {
        do {
            let since = days.map { EventTime.now.advanced(days: -$0) }
            let comparisons = try await events.open().compareInterleaved(since: since, seed: seed)
            if json {
                try Terminal.printJSON(Report(comparisons: comparisons.map(Self.json)))
            } else if comparisons.isEmpty {
                print("\(events.from): no interleaved searches")
            } else {
                print(comparisons.map(Self.text).joined(separator: "\n"))
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func winner(_ analysis: InterleavingAnalysis) -> String? {
        switch analysis.verdict {
        case .a: analysis.a
        case .b: analysis.b
        case .undecided: nil
        }
    }

    private static func json(_ analysis: InterleavingAnalysis) -> Report.Comparison {
        Report.Comparison(
            a: analysis.a,
            b: analysis.b,
            searches: analysis.searches,
            clickedSearches: analysis.clickedSearches,
            winsA: analysis.winsA,
            winsB: analysis.winsB,
            ties: analysis.ties,
            preferenceA: analysis.preference,
            from: analysis.interval?.lowerBound,
            to: analysis.interval?.upperBound,
            pValue: analysis.pValue,
            winner: winner(analysis)
        )
    }

    private static func text(_ analysis: InterleavingAnalysis) -> String {
        let (a, b) = (Highlighter.printable(analysis.a), Highlighter.printable(analysis.b))
        var parts = ["\(a) against \(b): "]
        parts[0] += winner(analysis).map { "\(Highlighter.printable($0)) wins" } ?? "undecided"
        if let preference = analysis.preference {
            var share = String(format: "%.1f %% of visits prefer %@", 100 * preference, a)
            if let interval = analysis.interval {
                share += String(format: " (95 %% [%.1f, %.1f])", 100 * interval.lowerBound, 100 * interval.upperBound)
            }
            parts.append(share)
        }
        parts.append(
            analysis.pValue < 0.0001 ? "sign test p <0.0001" : String(format: "sign test p %.4f", analysis.pValue)
        )
        parts.append("\(analysis.winsA) visits for \(a), \(analysis.winsB) for \(b), \(analysis.ties) ties")
        parts.append("\(analysis.clickedSearches) of \(analysis.searches) searches clicked")
        return parts.joined(separator: ", ")
    }
}
