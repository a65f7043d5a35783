import Clicks
import Foundation
import Retriever

/// What a file of events holds and says, as a person reads it.
struct EventStatsText {
    let text: String

    init(_ counts: EventCounts, _ table: EvidenceTable, _ query: QueryEvidence?, top: Int) {
        var lines = Self.counts(counts)
        lines.append(
            String(format: "Mean click rate at the first place: %.1f %%", 100 * table.rate)
                + ", queries with evidence: \(table.knownQueries.count)"
        )
        if table.reducedClients > 0 {
            lines.append(
                "Clients that count less, because they click or look as no shopper does: \(table.reducedClients)"
            )
        }
        if let query { lines += Self.evidence(query, top: top) } else { lines.append(Self.curve(table.curve)) }
        text = lines.joined(separator: "\n")
    }

    private static func counts(_ counts: EventCounts) -> [String] {
        let events = counts.events.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \(Highlighter.printable($0.key))" }
        var lines = [
            "Searches: \(counts.searches) (\(counts.queries) queries)",
            "Events: " + (events.isEmpty ? "none" : events.joined(separator: ", ")),
            "From: \(counts.users) users, \(counts.clients) clients, \(counts.sessions) sessions",
        ]
        if let earliest = counts.earliest, let latest = counts.latest {
            lines.append(String(format: "Time: \(earliest) to \(latest), %.1f MB", Double(counts.bytes) / 1e6))
        }
        if counts.withoutSearch > 0 {
            lines.append("Events that name no search, and so say nothing: \(counts.withoutSearch)")
        }
        if counts.ofUnknownSearch > 0 {
            lines.append("Events of searches of which is not known what they showed: \(counts.ofUnknownSearch)")
        }
        return lines
    }

    private static func curve(_ curve: RankCurve) -> String {
        var table = TextTable([
            TextTable.Column("Rank", .right, minWidth: 4), TextTable.Column("Looked at", .right, minWidth: 9),
            TextTable.Column("Shown", .right, minWidth: 5), TextTable.Column("Clicks", .right, minWidth: 6),
        ])
        for (range, place) in zip(RankCurve.ranges, curve.values.indices) where curve.impressions[place] > 0 {
            let rank =
                range.count == 1
                ? "\(range.lowerBound)"
                : range.upperBound == .max ? "\(range.lowerBound)+" : "\(range.lowerBound)-\(range.upperBound)"
            table.add([
                TextTable.Cell(rank), TextTable.Cell(String(format: "%.3f", curve.values[place])),
                TextTable.Cell(String(format: "%.0f", curve.impressions[place])),
                TextTable.Cell(String(format: "%.0f", curve.clicks[place])),
            ])
        }
        return rendered(table)
    }

    private static func evidence(_ query: QueryEvidence, top: Int) -> [String] {
        let products = query.products
        guard !products.isEmpty else { return ["\"\(Highlighter.printable(query.query.text))\": too few events"] }
        var table = TextTable([
            TextTable.Column("Id", minWidth: 4, isFlexible: true), TextTable.Column("Score", .right, minWidth: 5),
            TextTable.Column("Rate", .right, minWidth: 4), TextTable.Column("95 %", .right, minWidth: 4),
            TextTable.Column("Clicks", .right, minWidth: 6), TextTable.Column("Examined", .right, minWidth: 8),
            TextTable.Column("Shoppers", .right, minWidth: 8),
        ])
        for (object, evidence) in products.prefix(top) {
            let interval = evidence.interval
            table.add([
                TextTable.Cell(object.rawValue), TextTable.Cell(String(format: "%+.2f", evidence.score)),
                TextTable.Cell(String(format: "%.3f", evidence.rate)),
                TextTable.Cell(String(format: "%.3f-%.3f", interval.lowerBound, interval.upperBound)),
                TextTable.Cell(String(format: "%.1f", evidence.tally.clicks)),
                TextTable.Cell(String(format: "%.1f", evidence.tally.examined)),
                TextTable.Cell("\(evidence.tally.clickers) of \(evidence.tally.shoppers)"),
            ])
        }
        let expected = String(format: "rate expected of any product %.3f", query.expectedRate)
        return [
            "\"\(Highlighter.printable(query.query.text))\": \(products.count) products with evidence, \(expected)",
            rendered(table),
        ]
    }

    private static func rendered(_ table: TextTable) -> String {
        table.rendered(
            Terminal.isOutputTerminal ? .terminal(width: Terminal.width, isColored: Terminal.wantsColor) : .plain
        )
    }
}
