internal import GRDB

extension EventStore {
    /// Rows deleted in one transaction, so that events that arrive meanwhile need not wait for long.
    private static let chunk = 5000

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

    /// Deletes what is older than the retention, and the oldest records where the file is too large.
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
            for table in ["events", "searches"] {
                var deleted: Int
                repeat {
                    deleted = try await pool.write { database in
                        try database.execute(
                            sql: """
                                DELETE FROM \(table) WHERE number IN
                                    (SELECT number FROM \(table) WHERE time < ? ORDER BY time LIMIT ?)
                                """,
                            arguments: [oldest, Self.chunk]
                        )
                        return database.changesCount
                    }
                    total += deleted
                } while deleted == Self.chunk
            }
            while try await pool.read({ try Self.bytes($0) }) > mostBytes {
                let deleted = try await pool.write { try Self.deleteOldest($0) }
                if deleted == 0 { break }
                total += deleted
            }
            return total
        }
    }

    /// Deletes the oldest tenth of both tables.
    private static func deleteOldest(_ database: Database) throws -> Int {
        var deleted = 0
        for table in ["events", "searches"] {
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            try database.execute(
                sql: "DELETE FROM \(table) WHERE number IN (SELECT number FROM \(table) ORDER BY time LIMIT ?)",
                arguments: [(count + 9) / 10]
            )
            deleted += database.changesCount
        }
        return deleted
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
