internal import Dispatch
internal import Foundation
internal import GRDB

extension EventStore {
    /// What shoppers' clicks say, as of now.
    ///
    /// Reads one state of the file while others write it.
    ///
    /// - Throws: `ClicksError`.
    public func evidence(_ settings: EvidenceSettings = EvidenceSettings()) async throws -> EvidenceTable {
        let log = try await observations(settings)
        let now = now()
        // Not while the file is being read: its log could not be cut meanwhile.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: EvidenceTable(log, settings: settings, now: now))
            }
        }
    }

    /// The newest pages of searches and what became of what they showed.
    func observations(_ settings: EvidenceSettings) async throws -> ObservationLog {
        let most = settings.mostPages
        return try await attempt { pool in
            try await pool.read { database in
                var log = ObservationLog()
                let events = try database.makeStatement(
                    sql: """
                        SELECT object, action, position, user, client, session FROM events
                        WHERE query_id = ? AND object <> '' ORDER BY number
                        """
                )
                let pages = try Row.fetchCursor(database, sql: Self.pages, arguments: ["most": most])
                let decoder = JSONDecoder()
                while let page = try pages.next() {
                    let id: String = page["query_id"]
                    let outcomes = try Outcomes(Row.fetchCursor(events, arguments: [id]))
                    let first: Int = page["first"]
                    var shown = outcomes.impressions
                    if let list = page["shown"] as String? {
                        let objects = (try? decoder.decode([String].self, from: Data(list.utf8))) ?? []
                        shown = objects.enumerated().map { (ObjectID($0.element), first + $0.offset) }
                    }
                    log.add(
                        query: NormalizedQuery(normalized: page["query"]),
                        id: QueryID(id),
                        time: EventTime(milliseconds: page["time"]),
                        // A server that records what it showed may not know to whom; events of it do.
                        visitor: Self.visitor(page).completed(by: outcomes.visitor),
                        shown: shown.lazy.map { ($0.object, $0.position, outcomes.engagements[$0.object] ?? .none) }
                    )
                }
                return log
            }
        }
    }

    /// Pages that were recorded; and where a shop only sends events, the searches that its impressions name.
    private static let pages = """
        SELECT query_id, first, query, time, shown, user, client, session FROM searches WHERE query <> ''
        UNION ALL
        SELECT query_id, 1, max(query), min(time), NULL, max(user), max(client), max(session) FROM events
        WHERE action = 'impression' AND query_id <> '' AND position > 0 AND object <> ''
            AND NOT EXISTS (SELECT 1 FROM searches WHERE searches.query_id = events.query_id)
        GROUP BY query_id HAVING max(query) <> ''
        ORDER BY time DESC LIMIT :most
        """

    static func visitor(_ row: Row) -> Visitor {
        func id<Kind>(_ column: String) -> Identifier<Kind>? {
            (row[column] as String?).flatMap { $0.isEmpty ? nil : Identifier($0) }
        }
        return Visitor(user: id("user"), client: id("client"), session: id("session"))
    }

    /// What became of one search.
    private struct Outcomes {
        var engagements: [ObjectID: Engagement] = [:]
        /// What events say was shown, each product at its first place.
        var impressions: [(object: ObjectID, position: Int)] = []
        /// Whom the events name.
        var visitor = Visitor()

        init(_ events: RowCursor) throws {
            var places: [ObjectID: Int] = [:]
            while let event = try events.next() {
                let object = ObjectID(event["object"] as String)
                visitor = visitor.completed(by: EventStore.visitor(event))
                let action = EventAction(rawValue: event["action"])
                if let engagement = Engagement(action) {
                    engagements[object] = max(engagements[object] ?? .none, engagement)
                } else if action == .impression {
                    let position: Int = event["position"]
                    if position > 0 { places[object] = min(places[object] ?? .max, position) }
                }
            }
            impressions = places.map { ($0.key, $0.value) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        }
    }
}
