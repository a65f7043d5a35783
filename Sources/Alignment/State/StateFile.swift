internal import Foundation
internal import GRDB

/// Candidates, scores and how far the work is, in one SQLite file that survives the process.
///
/// One process at a time, one thread at a time. Every step is a transaction, so a kill loses one step at most.
final class StateFile {
    private let queue: DatabaseQueue
    private let path: String

    private static let version = "1"

    /// Opens or makes the state in a folder.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - fingerprint: By name, what makes this run another than the one before.
    /// - Throws: `AlignmentError.stateInUse`, `.stateOfAnotherRun`, `.state`.
    init(path: String, fingerprint: [String: String]) throws {
        self.path = path
        var configuration = Configuration()
        configuration.label = "alignment"
        configuration.busyMode = .immediateError
        configuration.prepareDatabase { database in
            try database.execute(
                sql: """
                    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
                    PRAGMA cache_size = -65536
                    """
            )
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inTransaction(.immediate) { database in
                try Self.create(database)
                return .commit
            }
        } catch let error as DatabaseError {
            throw Self.error(error, path)
        }
        try check(fingerprint.merging(["version": Self.version]) { first, _ in first })
    }

    private static func create(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS keys (key TEXT, side INTEGER, row INTEGER, PRIMARY KEY (key, side, row))
                    WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS pairs (
                    left INTEGER, right INTEGER, sources INTEGER NOT NULL DEFAULT 0,
                    forward_bm25 REAL, backward_bm25 REAL, lexical REAL, forward REAL, backward REAL,
                    probability REAL, decision INTEGER NOT NULL DEFAULT 0, conflict INTEGER NOT NULL DEFAULT 0,
                    PRIMARY KEY (left, right)
                ) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS tops (side INTEGER, row INTEGER, score REAL, PRIMARY KEY (side, row))
                    WITHOUT ROWID;
                CREATE INDEX IF NOT EXISTS pairs_by_right ON pairs (right, left);
                """
        )
    }

    /// Keeps the fingerprint at first, compares it afterwards.
    private func check(_ fingerprint: [String: String]) throws {
        for (name, value) in fingerprint.sorted(by: { $0.key < $1.key }) {
            let known = try meta("run.\(name)")
            if let known, known != value {
                throw AlignmentError.stateOfAnotherRun(
                    path: (path as NSString).deletingLastPathComponent,
                    difference: "\(name) differs"
                )
            }
            if known == nil { try write { try $0.setMeta("run.\(name)", value) } }
        }
    }

    /// A value by its name.
    func meta(_ name: String) throws -> String? {
        try read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE name = ?", arguments: [name]) }
    }

    /// Reads.
    ///
    /// Throws `AlignmentError.state` for what SQLite says, and what `body` throws.
    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do { return try queue.read(body) } catch let error as DatabaseError { throw Self.error(error, path) }
    }

    /// Writes all of it or nothing.
    ///
    /// Throws as `read`.
    func write(_ body: (Database) throws -> Void) throws {
        do {
            try queue.inTransaction(.immediate) { database in
                try body(database)
                return .commit
            }
        } catch let error as DatabaseError {
            throw Self.error(error, path)
        }
    }

    /// Closes the file, so that its folder can be removed.
    func close() { try? queue.close() }

    private static func error(_ error: DatabaseError, _ path: String) -> AlignmentError {
        let folder = (path as NSString).deletingLastPathComponent
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: return .stateInUse(path: folder)
        case .SQLITE_FULL:
            return .state(path: folder, problem: "the disk is full: free some space and run the command again")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return .state(path: folder, problem: "the state is damaged: add --restart to begin anew")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
            return .state(path: folder, problem: "it cannot be written: check the folder's permissions")
        default: return .state(path: folder, problem: "SQLite: \(error.message ?? "error \(error.resultCode)")")
        }
    }
}

extension Database {
    /// Keeps a value under a name.
    func setMeta(_ name: String, _ value: String) throws {
        try execute(sql: "INSERT OR REPLACE INTO meta VALUES (?, ?)", arguments: [name, value])
    }
}
