internal import Foundation
internal import GRDB

extension EventStore {
    /// Analyses all interleaved searches, one result a pair of configurations, by name.
    ///
    /// A click (or more) on a hit is its team's credit, once a search; conversions count as in evidence. Visits are
    /// sessions, where those are not known clients or users: as the search names them, else as its events do.
    ///
    /// - Parameters:
    ///   - settings: What conversions count.
    ///   - since: Searches before it do not count; nil: all do.
    ///   - seed: Decides what is drawn for the intervals.
    /// - Returns: The comparisons; of each pair the name that comes first is A.
    /// - Throws: `ClicksError`.
    public func compareInterleaved(
        _ settings: EvidenceSettings = EvidenceSettings(),
        since: EventTime? = nil,
        seed: UInt64 = 1
    ) async throws -> [InterleavingAnalysis] {
        try await attempt { pool in
            let comparisons = try await pool.read { database in
                try Self.comparisons(database, settings, since: since)
            }
            return comparisons.map { pair, comparison in
                InterleavingAnalysis(
                    a: pair.a,
                    b: pair.b,
                    searches: comparison.searches.count,
                    clickedSearches: comparison.clicked.count,
                    // In a fixed order, so that a seed says everything.
                    visits: comparison.visits.sorted { $0.key < $1.key }.map(\.value),
                    seed: seed
                )
            }.sorted { ($0.a, $0.b) < ($1.a, $1.b) }
        }
    }

    private struct Configurations: Hashable {
        var a: String
        var b: String
    }

    private struct Collected {
        var searches: Set<String> = []
        var clicked: Set<String> = []
        var visits: [String: InterleavingAnalysis.Visit] = [:]
    }

    private static func comparisons(
        _ database: Database,
        _ settings: EvidenceSettings,
        since: EventTime?
    ) throws -> [Configurations: Collected] {
        let events = try database.makeStatement(
            sql: """
                SELECT object, action, user, client, session FROM events
                WHERE query_id = ? AND object <> '' ORDER BY number
                """
        )
        let pages = try Row.fetchCursor(
            database,
            sql: """
                SELECT query_id, shown, team_a, team_b, teams, user, client, session FROM searches
                WHERE teams <> '' AND time >= ?
                """,
            arguments: [since?.milliseconds ?? 0]
        )
        var comparisons: [Configurations: Collected] = [:]
        while let page = try pages.next() {
            guard
                let found = InterleavedTeams(a: page["team_a"], b: page["team_b"], letters: page["teams"]),
                let shown = try? JSONDecoder().decode([String].self, from: Data((page["shown"] as String).utf8))
            else { continue }
            let id: String = page["query_id"]
            var engagements: [String: Engagement] = [:]
            // Whom the search names, else whom its events do.
            var visitor = Self.visitor(page)
            let cursor = try Row.fetchCursor(events, arguments: [id])
            while let event = try cursor.next() {
                visitor = visitor.completed(by: Self.visitor(event))
                guard let engagement = Engagement(EventAction(rawValue: event["action"])) else { continue }
                engagements[event["object"], default: .none] = max(engagements[event["object"]] ?? .none, engagement)
            }
            // The same pair with its teams the other way round is the same comparison.
            let isSwapped = found.b < found.a
            let pair = Configurations(a: min(found.a, found.b), b: max(found.a, found.b))
            var visit = InterleavingAnalysis.Visit()
            for (object, team) in zip(shown, found.teams) {
                guard let engagement = engagements[object] else { continue }
                let isA = (team == .a) != isSwapped
                if isA { visit.a += settings.weight(engagement) } else { visit.b += settings.weight(engagement) }
            }
            let name = visitor.session?.rawValue ?? visitor.client?.rawValue ?? visitor.user?.rawValue ?? id
            comparisons[pair, default: Collected()].searches.insert(id)
            guard visit.a + visit.b > 0 else { continue }
            comparisons[pair, default: Collected()].clicked.insert(id)
            comparisons[pair]?.visits[name, default: InterleavingAnalysis.Visit()].a += visit.a
            comparisons[pair]?.visits[name, default: InterleavingAnalysis.Visit()].b += visit.b
        }
        return comparisons
    }
}
