internal import CAnalyzer
internal import Foundation
package import GRDB

/// Opens index files: GRDB connections that know the analyzer's FTS5 tokenizer.
package enum IndexConnection {
    /// Opens an existing index for reading.
    ///
    /// Any number of processes may: a published file never changes.
    ///
    /// Throws `CatalogError.noIndex`, `.notAnIndex`, `.damagedIndex`, `.otherSchema`.
    package static func reading(_ path: String) throws -> DatabaseQueue {
        guard FileManager.default.fileExists(atPath: path) else { throw CatalogError.noIndex(path: path) }
        var configuration = baseConfiguration
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try register(database)
            try database.execute(sql: "PRAGMA cache_size = -8192; PRAGMA mmap_size = 4294967296")
        }
        let queue = try checkingSchema(path) { try DatabaseQueue(path: path, configuration: configuration) }
        // One read transaction for good: the file never changes, and every statement would lock and unlock it otherwise,
        // which takes longer than looking up a row.
        try queue.unsafeRead { try $0.execute(sql: "BEGIN; SELECT count(*) FROM meta") }
        return queue
    }

    /// Makes a new, empty file that nobody else sees yet.
    package static func creating(_ path: String) throws -> DatabaseQueue {
        let queue = try unpublished(path, pageSize: true)
        try queue.writeWithoutTransaction { try IndexSchema.create($0) }
        return queue
    }

    /// Opens a copy of an index that nobody else sees yet, to change it.
    package static func changing(_ path: String) throws -> DatabaseQueue {
        try checkingSchema(path) { try unpublished(path, pageSize: false) }
    }

    /// No journal and no syncing: an unpublished file is thrown away when anything goes wrong.
    private static func unpublished(_ path: String, pageSize: Bool) throws -> DatabaseQueue {
        var configuration = baseConfiguration
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase { database in
            try register(database)
            try database.execute(
                sql: """
                    \(pageSize ? "PRAGMA page_size = 8192;" : "")
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA cache_size = -65536;
                    """
            )
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static var baseConfiguration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = "aisle index"
        return configuration
    }

    private static func checkingSchema(_ path: String, open: () throws -> DatabaseQueue) throws -> DatabaseQueue {
        do {
            let queue = try open()
            let schema = try queue.read { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE key = 'schema'") }
            guard let schema else { throw CatalogError.notAnIndex(path: path) }
            guard schema == IndexSchema.version else {
                throw CatalogError.otherSchema(path: path, found: schema, expected: IndexSchema.version)
            }
            return queue
        } catch let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode) {
            guard isIndex(path) else { throw CatalogError.notAnIndex(path: path) }
            throw CatalogError.damagedIndex(path: path, reason: error.message ?? "not an SQLite database")
        } catch let error as DatabaseError {
            throw CatalogError(error, doing: "opening \(path)")
        }
    }

    /// Whether a file is an index, of this version or another, sound or damaged: one that a new index may replace.
    ///
    /// A file that only happens to be an SQLite database is none.
    package static func isIndex(_ path: String) -> Bool {
        guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 72),
            head.starts(with: Data("SQLite format 3\0".utf8))
        else { return false }
        // Bytes 68 to 71 of the header (https://sqlite.org/fileformat2.html) survive damage to everything else.
        if head.count == 72, head[68...].reduce(0, { $0 << 8 | UInt32($1) }) == IndexSchema.applicationID {
            return true
        }
        // Indexes were not always marked so.
        var configuration = baseConfiguration
        configuration.readonly = true
        let isMarked = try? DatabaseQueue(path: path, configuration: configuration).read { database in
            let tables = ["meta", "products", "postings", "columns", "fields"]
            guard try tables.allSatisfy({ try database.tableExists($0) }) else { return false }
            return try Bool.fetchOne(database, sql: "SELECT count(*) > 0 FROM meta WHERE key = 'schema'") ?? false
        }
        return isMarked ?? false
    }

    private static func register(_ database: Database) throws {
        guard let connection = database.sqliteConnection else { return }
        let code = aisle_fts5_register(connection)
        guard code == SQLITE_OK else {
            throw CatalogError.sqlite(connection, code: code, doing: "registering the tokenizer")
        }
    }
}

extension CatalogError {
    /// An error of GRDB's in the words of ours.
    package init(_ error: DatabaseError, doing: String) {
        self = .sqlite(code: error.extendedResultCode.rawValue, message: error.message ?? "", doing: doing)
    }
}
