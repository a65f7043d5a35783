internal import CAnalyzer
internal import Foundation
package import GRDB

/// Opens index files: GRDB connections that know the analyzer's FTS5 tokenizer.
package enum IndexConnection {
    /// Opens an existing index for reading.
    ///
    /// Any number of processes may: a published file never changes.
    ///
    /// Throws `CatalogError.noIndex`, `.damagedIndex`, `.otherSchema`.
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
            guard schema == IndexSchema.version else {
                throw CatalogError.otherSchema(path: path, found: schema ?? "none", expected: IndexSchema.version)
            }
            return queue
        } catch let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_ERROR].contains(error.resultCode) {
            throw CatalogError.damagedIndex(path: path, reason: error.message ?? "not an SQLite database")
        } catch let error as DatabaseError {
            throw CatalogError.sqlite(
                code: error.extendedResultCode.rawValue,
                message: error.message ?? "",
                doing: "opening \(path)"
            )
        }
    }

    private static func register(_ database: Database) throws {
        guard let connection = database.sqliteConnection else { return }
        let code = aisle_fts5_register(connection)
        guard code == SQLITE_OK else {
            throw CatalogError.sqlite(connection, code: code, doing: "registering the tokenizer")
        }
    }
}
