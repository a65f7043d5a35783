internal import GRDB

/// What a file of events holds.
public struct EventCounts: Sendable, Equatable {
    /// Pages of searches.
    public var searches = 0
    /// Different normalized queries among them.
    public var queries = 0
    /// Events by action, by UBI's names.
    public var events: [String: Int] = [:]
    /// Events that name no search.
    public var withoutSearch = 0
    /// Events that name a search of which is not known what it showed.
    public var ofUnknownSearch = 0
    /// Different users.
    public var users = 0
    /// Different clients.
    public var clients = 0
    /// Different sessions.
    public var sessions = 0
    /// The first record; nil where there is none.
    public var earliest: EventTime?
    /// The last record.
    public var latest: EventTime?
    /// Bytes in use.
    public var bytes = 0
}

extension EventStore {
    /// Counts what is kept.
    ///
    /// - Throws: `ClicksError`.
    public func counts() async throws -> EventCounts {
        try await attempt { pool in
            try await pool.read { database in
                func count(_ sql: String) throws -> Int { try Int.fetchOne(database, sql: sql) ?? 0 }
                func distinct(_ column: String) throws -> Int {
                    try count(
                        """
                        SELECT count(*) FROM (SELECT \(column) FROM events WHERE \(column) <> ''
                            UNION SELECT \(column) FROM searches WHERE \(column) <> '')
                        """
                    )
                }
                func time(_ function: String) throws -> EventTime? {
                    let times = try ["events", "searches"].compactMap {
                        try Int64.fetchOne(database, sql: "SELECT \(function)(time) FROM \($0)")
                    }
                    return (function == "min" ? times.min() : times.max()).map { EventTime(milliseconds: $0) }
                }
                var counts = EventCounts()
                counts.searches = try count("SELECT count(*) FROM searches")
                counts.queries = try count("SELECT count(DISTINCT query) FROM searches")
                for row in try Row.fetchAll(database, sql: "SELECT action, count(*) FROM events GROUP BY action") {
                    counts.events[row[0]] = row[1]
                }
                counts.withoutSearch = try count("SELECT count(*) FROM events WHERE query_id = ''")
                counts.ofUnknownSearch = try count(
                    """
                    SELECT count(*) FROM events WHERE query_id <> ''
                        AND NOT EXISTS (SELECT 1 FROM searches WHERE searches.query_id = events.query_id)
                    """
                )
                counts.users = try distinct("user")
                counts.clients = try distinct("client")
                counts.sessions = try distinct("session")
                counts.earliest = try time("min")
                counts.latest = try time("max")
                counts.bytes = try Self.bytes(database)
                return counts
            }
        }
    }
}
