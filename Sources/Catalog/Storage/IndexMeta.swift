package import Foundation
package import GRDB

/// Reads and writes the `meta` table: settings and statistics as JSON, frequency patterns as bytes.
package enum IndexMeta {
    private enum Key {
        static let schema = "schema"
        static let settings = "settings"
        static let statistics = "statistics"
        static let patterns = "patterns"
        static let dumpPlans = "dump plans"
    }

    package static func settings(_ database: Database) throws -> IndexSettings {
        try decode(IndexSettings.self, Key.settings, database)
    }

    package static func statistics(_ database: Database) throws -> IndexStatistics {
        try decode(IndexStatistics.self, Key.statistics, database)
    }

    /// Frequency patterns, number by number: five frequencies each, in the order of `TextColumn`.
    package static func patterns(_ database: Database) throws -> [[UInt16]] {
        let data = try Data.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Key.patterns])
        let bytes = [UInt8](data ?? Data())
        return stride(from: 0, to: bytes.count - 9, by: 10).map { start in
            (0..<5).map { UInt16(bytes[start + 2 * $0]) | UInt16(bytes[start + 2 * $0 + 1]) << 8 }
        }
    }

    /// How the dumps were read, in the indexer's own form; nil in an index that does not say.
    package static func dumpPlans(_ database: Database) throws -> Data? {
        try Data.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [Key.dumpPlans])
    }

    package static func write(dumpPlans: Data, to database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
            arguments: [Key.dumpPlans, dumpPlans]
        )
    }

    package static func write(
        settings: IndexSettings,
        statistics: IndexStatistics,
        patterns: [[UInt16]],
        to database: Database
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let patternBytes = patterns.flatMap { $0.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }
        let rows: [(String, any DatabaseValueConvertible)] = [
            (Key.schema, IndexSchema.version),
            (Key.settings, String(decoding: try encoder.encode(settings), as: UTF8.self)),
            (Key.statistics, String(decoding: try encoder.encode(statistics), as: UTF8.self)),
            (Key.patterns, Data(patternBytes)),
        ]
        for (key, value) in rows {
            try database.execute(
                sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                arguments: [key, value]
            )
        }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ key: String, _ database: Database) throws
        -> Value
    {
        let text = try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
        guard let text, let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
            throw CatalogError.damagedIndex(path: database.description, reason: "no readable \(key)")
        }
        return value
    }
}
