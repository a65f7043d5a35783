internal import GRDB

/// Tells one state of a file of events from another, whichever process changed it.
///
/// Deleting the newest record and writing another in its place goes unnoticed until the next change.
public struct EventStamp: Sendable, Hashable {
    let events: Int
    let newestEvent: Int64
    let searches: Int
    let newestSearch: Int64
}

extension EventStore {
    /// The state now: what was made of the events under an equal stamp is still right, but for its age.
    ///
    /// - Throws: `ClicksError`.
    public func stamp() async throws -> EventStamp {
        try await attempt { pool in
            try await pool.read { database in
                func state(_ table: String) throws -> (Int, Int64) {
                    let row = try Row.fetchOne(database, sql: "SELECT count(*), ifnull(max(number), 0) FROM \(table)")
                    return (row?[0] ?? 0, row?[1] ?? 0)
                }
                let (events, searches) = (try state("events"), try state("searches"))
                return EventStamp(
                    events: events.0,
                    newestEvent: events.1,
                    searches: searches.0,
                    newestSearch: searches.1
                )
            }
        }
    }
}
