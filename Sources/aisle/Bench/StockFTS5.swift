import CAnalyzer
import Catalog
import Foundation
import GRDB

/// FTS5 as everybody uses it: the peer that comes with SQLite.
final class StockFTS5 {
    private let queue: DatabaseQueue

    /// Opens or creates the file.
    ///
    /// No journal and no syncing, as a bulk load would have it.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
        }
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Inserts the texts of products: the bare minimum, `unicode61`, the same columns.
    func insert(_ items: some Sequence<[String]>) throws {
        try queue.inTransaction { database in
            try database.execute(
                sql: "CREATE VIRTUAL TABLE search USING fts5(title, brand, category, attributes, description)"
            )
            guard let connection = database.sqliteConnection else { return .rollback }
            let insert = try RawStatement(connection, "INSERT INTO search VALUES (?, ?, ?, ?, ?)")
            for item in items {
                for (index, text) in item.enumerated() { insert.bind(Int32(index) + 1, text) }
                try insert.run()
            }
            return .commit
        }
    }

    /// `ORDER BY rank LIMIT k`, the words joined by `OR` or `AND`.
    ///
    /// Returns the rowids.
    func search(_ words: [Substring], joinedBy operation: String, top: Int) throws -> [Int64] {
        let match = words.map { "\"\($0)\"" }.joined(separator: " \(operation) ")
        return try queue.read { database in
            try Int64.fetchAll(
                database,
                sql: "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rank LIMIT ?",
                arguments: [match, top]
            )
        }
    }
}
