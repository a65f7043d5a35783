internal import Foundation
internal import GRDB

/// Writes records within a transaction.
struct EventWriter {
    private let insertEvent: Statement
    private let insertSearch: Statement
    private let findEvent: Statement
    /// Records from before this moment are not kept.
    private let oldest: EventTime

    init(_ database: Database, oldest: EventTime) throws {
        self.oldest = oldest
        insertEvent = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO events
                    (query_id, object, action, time, position, query, user, client, session, application)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        insertSearch = try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO searches
                    (query_id, first, query, time, shown, configuration, team_a, team_b, teams, user, client, session,
                     application)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        findEvent = try database.cachedStatement(
            sql: """
                SELECT 1 FROM events
                WHERE query_id = ? AND object = ? AND action = ? AND user = ? AND client = ? AND session = ?
                """
        )
    }

    /// Writes one record.
    func write(_ record: LogRecord, _ database: Database) throws -> RecordOutcome {
        switch record {
        case .event(let event): try write(event, database)
        case .search(let search): try write(search, database)
        }
    }

    private func write(_ event: BehaviorEvent, _ database: Database) throws -> RecordOutcome {
        guard event.time >= oldest else { return .expired }
        let ids = Self.texts(event.visitor)
        let query = event.queryID?.rawValue ?? ""
        let object = event.object?.rawValue ?? ""
        let action = event.action.rawValue
        if !event.isTimed, !query.isEmpty {
            // Sent again it has another time, but a search's product is clicked once.
            let found = try Row.fetchOne(
                findEvent,
                arguments: [query, object, action, ids.user, ids.client, ids.session]
            )
            if found != nil { return .duplicate }
        }
        try insertEvent.execute(arguments: [
            query, object, action, event.time.milliseconds, event.position ?? 0,
            event.userQuery.map { NormalizedQuery($0).text } ?? "",
            ids.user, ids.client, ids.session, event.application ?? "",
        ])
        return database.changesCount > 0 ? .stored : .duplicate
    }

    private func write(_ search: SearchRecord, _ database: Database) throws -> RecordOutcome {
        guard search.time >= oldest else { return .expired }
        let ids = Self.texts(search.visitor)
        let shown = try JSONEncoder().encode(search.shown.map(\.rawValue))
        try insertSearch.execute(arguments: [
            search.id.rawValue, search.firstPosition, NormalizedQuery(search.userQuery).text, search.time.milliseconds,
            String(decoding: shown, as: UTF8.self), search.configuration ?? "",
            search.interleaving?.a ?? "", search.interleaving?.b ?? "", search.interleaving?.letters ?? "",
            ids.user, ids.client, ids.session, search.application ?? "",
        ])
        return database.changesCount > 0 ? .stored : .duplicate
    }

    private static func texts(_ visitor: Visitor) -> (user: String, client: String, session: String) {
        (visitor.user?.rawValue ?? "", visitor.client?.rawValue ?? "", visitor.session?.rawValue ?? "")
    }
}
