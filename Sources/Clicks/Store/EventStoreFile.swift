internal import Foundation
internal import GRDB

/// The SQLite file of kept events: its tables, its settings, its errors.
enum EventStoreFile {
    /// `ASev`: marks our files, so that no other database is ever changed.
    private static let applicationID: Int32 = 0x4153_6576
    private static let version = 1
    /// Seconds a lock of another process is waited for: an import while the server runs.
    private static let patience = 10.0

    /// Opens a file, or makes it where `create` says so.
    ///
    /// Blocks. A committed transaction is on the disk: the write-ahead log is synced at every commit
    /// (https://www.sqlite.org/pragma.html#pragma_synchronous, FULL).
    ///
    /// - Throws: `ClicksError`.
    static func open(path: String, create: Bool) throws(ClicksError) -> DatabasePool {
        guard create || FileManager.default.fileExists(atPath: path) else { throw .noStore(path: path) }
        do {
            var configuration = Configuration()
            configuration.label = "events"
            configuration.busyMode = .timeout(patience)
            configuration.maximumReaderCount = 2
            configuration.prepareDatabase { database in
                // Before the file is changed in any way.
                try check(database, path: path)
                // What is deleted is overwritten, not only forgotten.
                try database.execute(sql: "PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            // The pool's own setting is NORMAL, which loses the last commits when the power goes.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try pool.write { try createTables($0) }
            return pool
        } catch {
            throw failure(error, path: path)
        }
    }

    /// Our words for a database's error.
    static func failure(_ error: any Error, path: String) -> ClicksError {
        switch error {
        case let error as ClicksError: error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL: .diskFull(path: path)
        // The index of the log cannot grow: SQLite says only that writing failed.
        case let error as DatabaseError where error.resultCode == .SQLITE_IOERR && hasNoRoom(path):
            .diskFull(path: path)
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB: .otherDatabase(path: path)
        case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
            .store(path: path, problem: "another process has kept it locked for \(Int(patience)) seconds")
        case let error as DatabaseError: .store(path: path, problem: diagnosis(error, path: path))
        default: .store(path: path, problem: "\(error)")
        }
    }

    /// SQLite's message; of a failed write also what the system says about the place.
    private static func diagnosis(_ error: DatabaseError, path: String) -> String {
        let message = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        guard error.resultCode == .SQLITE_CANTOPEN else { return message }
        return "\(message): is there such a folder, and may it be written?"
    }

    /// Whether the disk of a file has not one free block.
    private static func hasNoRoom(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_bavail == 0
    }

    private static func check(_ database: Database, path: String) throws {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard isEmpty || application == applicationID else { throw ClicksError.otherDatabase(path: path) }
        guard found <= version else {
            throw ClicksError.newerStore(path: path, version: found, newest: version)
        }
    }

    private static func createTables(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0 else { return }
        // Absent ids are empty, as NULLs would all be different to UNIQUE. Times are milliseconds since 1970.
        try database.execute(
            sql: """
                CREATE TABLE searches (
                    number INTEGER PRIMARY KEY, query_id TEXT NOT NULL, first INTEGER NOT NULL, query TEXT NOT NULL,
                    time INTEGER NOT NULL, shown TEXT NOT NULL, configuration TEXT NOT NULL,
                    team_a TEXT NOT NULL, team_b TEXT NOT NULL, teams TEXT NOT NULL,
                    user TEXT NOT NULL, client TEXT NOT NULL, session TEXT NOT NULL, application TEXT NOT NULL,
                    UNIQUE (query_id, first)
                );
                CREATE INDEX searches_by_time ON searches (time);
                CREATE INDEX searches_by_user ON searches (user) WHERE user <> '';
                CREATE INDEX searches_by_client ON searches (client) WHERE client <> '';
                CREATE TABLE events (
                    number INTEGER PRIMARY KEY, query_id TEXT NOT NULL, object TEXT NOT NULL, action TEXT NOT NULL,
                    time INTEGER NOT NULL, position INTEGER NOT NULL, query TEXT NOT NULL,
                    user TEXT NOT NULL, client TEXT NOT NULL, session TEXT NOT NULL, application TEXT NOT NULL,
                    UNIQUE (query_id, object, action, time, user, client, session, position)
                );
                CREATE INDEX events_by_time ON events (time);
                CREATE INDEX events_by_user ON events (user) WHERE user <> '';
                CREATE INDEX events_by_client ON events (client) WHERE client <> '';
                PRAGMA application_id = \(applicationID);
                PRAGMA user_version = \(version);
                """
        )
    }
}
