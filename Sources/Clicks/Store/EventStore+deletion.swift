internal import GRDB

extension EventStore {
    /// Rows deleted in one transaction: events that arrive meanwhile do not wait for long.
    private static let chunk = 1000

    /// Deletes everything known to come from a user: events, searches, and searches whose events name the user.
    ///
    /// The content is overwritten in the file and gone from its log when this returns.
    ///
    /// - Returns: Records deleted.
    /// - Throws: `ClicksError`.
    public func delete(user: UserID) async throws -> Int { try await delete(column: "user", user.rawValue) }

    /// Deletes everything known to come from a browser or app, as `delete(user:)`.
    public func delete(client: ClientID) async throws -> Int { try await delete(column: "client", client.rawValue) }

    private func delete(column: String, _ value: String) async throws -> Int {
        guard !value.isEmpty else { return 0 }
        return try await attempt { pool in
            let count = try await pool.write { database in
                try database.execute(
                    sql: """
                        DELETE FROM searches WHERE \(column) = :value OR query_id IN
                            (SELECT query_id FROM events WHERE \(column) = :value AND query_id <> '')
                        """,
                    arguments: ["value": value]
                )
                let searches = database.changesCount
                try database.execute(sql: "DELETE FROM events WHERE \(column) = ?", arguments: [value])
                return searches + database.changesCount
            }
            _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            return count
        }
    }

    /// Deletes what is older than the retention, and of a file that is too large the oldest records.
    ///
    /// Happens by itself now and then. The file does not shrink; its space is used again.
    ///
    /// - Returns: Records deleted.
    /// - Throws: `ClicksError`.
    @discardableResult
    public func maintain() async throws -> Int {
        let oldest = now().advanced(days: -settings.retentionDays).milliseconds
        let mostBytes = settings.mostBytes
        return try await attempt { pool in
            var total = 0
            for table in Self.tables {
                var deleted: Int
                repeat {
                    deleted = try await pool.write { try Self.deleteOldest(of: table, before: oldest, $0) }
                    total += deleted
                } while deleted > 0
            }
            guard try await pool.read({ try Self.bytes($0) }) > mostBytes else { return total }
            // A tenth more, so that it is not too large again at once.
            while try await pool.read({ try Self.bytes($0) }) > mostBytes / 10 * 9 {
                let deleted = try await pool.write { database in
                    guard let table = try Self.oldestTable(database) else { return 0 }
                    return try Self.deleteOldest(of: table, before: .max, database)
                }
                if deleted == 0 { break }
                total += deleted
            }
            return total
        }
    }

    private static let tables = ["events", "searches"]

    /// The table with the oldest record of all; nil where there is none.
    private static func oldestTable(_ database: Database) throws -> String? {
        try tables.compactMap { table in
            try Int64.fetchOne(database, sql: "SELECT min(time) FROM \(table)").map { (time: $0, table: table) }
        }.min { $0.time < $1.time }?.table
    }

    /// Deletes some of the oldest records of a table, and returns how many.
    private static func deleteOldest(of table: String, before time: Int64, _ database: Database) throws -> Int {
        try database.execute(
            sql: """
                DELETE FROM \(table) WHERE number IN
                    (SELECT number FROM \(table) WHERE time < ? ORDER BY time LIMIT ?)
                """,
            arguments: [time, chunk]
        )
        return database.changesCount
    }

    /// Bytes of the file's pages that hold something.
    static func bytes(_ database: Database) throws -> Int {
        let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        let free = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
        let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 0
        return (pages - free) * size
    }

    /// Does something with the file, with our words for its errors.
    func attempt<Value: Sendable>(_ body: (DatabasePool) async throws -> Value) async throws -> Value {
        do { return try await body(pool) } catch { throw EventStoreFile.failure(error, path: path) }
    }
}
