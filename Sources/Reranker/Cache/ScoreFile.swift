internal import Foundation
internal import GRDB

/// Scores in an SQLite file that several processes may share.
///
/// All methods may block, so this is used on `ScoreStore`'s own queue only.
final class ScoreFile {
    let path: String
    /// Tells this file from one that another process put in its place.
    let inode: UInt64
    private let database: DatabaseQueue
    /// Seconds a lock of another process is waited for, with searches waiting behind.
    private static let patience = 0.05
    /// `ASco`: marks our files, so that no other database is ever changed.
    private static let applicationID: Int32 = 0x4153_636F
    private static let version = 1

    /// Opens or makes a file.
    ///
    /// - Throws: `DatabaseError`; `ScoreFileProblem.otherDatabase` for an SQLite file that is not a cache of this kind.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.label = "scores"
        configuration.busyMode = .timeout(Self.patience)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -4096")
        }
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.inTransaction(.immediate) { database in
            try Self.prepare(database)
            return .commit
        }
        // Readers of other processes go on while one writes. Where the file system cannot, a journal does.
        _ = try? database.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
        self.path = path
        self.database = database
        inode = Self.inode(path) ?? 0
    }

    private static func prepare(_ database: Database) throws {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        let isEmpty = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") == 0
        guard isEmpty || (application == applicationID && version == Self.version) else {
            throw ScoreFileProblem.otherDatabase
        }
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS scores (
                    key BLOB PRIMARY KEY, margin INTEGER, truncated INTEGER, sum INTEGER, used INTEGER
                ) WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS scores_by_use ON scores (used);
                """
        )
        if isEmpty {
            try database.execute(
                sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(Self.version)"
            )
        }
        _ = try database.cachedStatement(sql: select)
    }

    /// A found score and when it was last used (seconds since 1970).
    struct Row {
        var score: CachedScore
        var used: Int
    }

    private static let select = "SELECT margin, truncated, sum, used FROM scores WHERE key = ?"

    /// Looks scores up; damaged rows count as absent.
    func rows(_ keys: [ScoreKey]) throws -> [ScoreKey: Row] {
        try database.read { database in
            let statement = try database.cachedStatement(sql: Self.select)
            var rows: [ScoreKey: Row] = [:]
            for key in keys {
                let cursor = try GRDB.Row.fetchCursor(statement, arguments: [Data(key.bytes)])
                guard let row = try cursor.next() else { continue }
                // Of a damaged row any value may have any type.
                guard let margin = Int64.fromDatabaseValue(row[0]), let truncated = Int64.fromDatabaseValue(row[1]),
                    let sum = Int64.fromDatabaseValue(row[2]), let used = Int64.fromDatabaseValue(row[3])
                else { continue }
                let value = Double(bitPattern: UInt64(bitPattern: margin))
                let score = CachedScore(
                    margin: value,
                    isTruncated: truncated & 1 != 0,
                    isQueryTruncated: truncated & 2 != 0
                )
                guard value.isFinite, score.checksum(key) == sum else { continue }
                rows[key] = Row(score: score, used: Int(used))
            }
            return rows
        }
    }

    /// Writes scores and marks others as used, in one transaction.
    func write(_ scores: [(ScoreKey, CachedScore)], touched: [ScoreKey], now: Int) throws {
        try database.inTransaction(.immediate) { database in
            let insert = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO scores (key, margin, truncated, sum, used) VALUES (?, ?, ?, ?, ?)"
            )
            for (key, score) in scores {
                try insert.execute(arguments: [
                    Data(key.bytes), Int64(bitPattern: score.margin.bitPattern), Int64(score.cuts),
                    score.checksum(key), now,
                ])
            }
            let touch = try database.cachedStatement(sql: "UPDATE scores SET used = ? WHERE key = ?")
            for key in touched { try touch.execute(arguments: [now, Data(key.bytes)]) }
            return .commit
        }
    }

    /// Drops the least recently used scores when there are more than `limit`, down to nine tenths of it.
    func trim(to limit: Int) throws {
        try database.inTransaction(.immediate) { database in
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM scores") ?? 0
            guard count > limit else { return .rollback }
            try database.execute(
                sql: "DELETE FROM scores WHERE key IN (SELECT key FROM scores ORDER BY used LIMIT ?)",
                arguments: [count - limit / 10 * 9]
            )
            return .commit
        }
    }

    /// The number that tells a file from others of the same name; nil when there is none.
    static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }
}

/// Why a file is left alone.
enum ScoreFileProblem: Error {
    /// An SQLite database that is not a score cache of this version.
    case otherDatabase
}
