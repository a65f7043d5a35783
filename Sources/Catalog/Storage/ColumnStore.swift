internal import GRDBSQLite

/// Columns of an index being written: loaded range by range when touched, written back by `flush`.
package final class ColumnStore {
    private struct Key: Hashable {
        let column: IndexColumn
        let range: Int
    }

    private let select: RawStatement
    private let replace: RawStatement
    private var ranges: [Key: [UInt8]] = [:]
    private var dirty: Set<Key> = []

    package init(_ connection: OpaquePointer) throws {
        select = try RawStatement(connection, "SELECT data FROM columns WHERE name = ? AND range = ?")
        replace = try RawStatement(connection, "INSERT OR REPLACE INTO columns (name, range, data) VALUES (?, ?, ?)")
    }

    /// Sets a document's value; documents before it that were never set are zero.
    package func set<Value: BitwiseCopyable>(_ column: IndexColumn, _ number: DocumentNumber, _ value: Value) throws {
        let key = try load(column, number)
        let place = Int(number) % DocumentRange.capacity * column.width
        let missing = place + column.width - (ranges[key]?.count ?? 0)
        if missing > 0 { ranges[key]?.append(contentsOf: repeatElement(0, count: missing)) }
        ranges[key]?.withUnsafeMutableBytes { $0.storeBytes(of: value, toByteOffset: place, as: Value.self) }
        dirty.insert(key)
    }

    /// A document's value, nil beyond the column's end.
    package func value<Value: BitwiseCopyable>(
        _ column: IndexColumn, _ number: DocumentNumber, as type: Value.Type
    ) throws -> Value? {
        let key = try load(column, number)
        let place = Int(number) % DocumentRange.capacity * column.width
        return ranges[key]?.withUnsafeBytes { bytes in
            place + column.width <= bytes.count ? bytes.loadUnaligned(fromByteOffset: place, as: type) : nil
        }
    }

    /// Writes what changed.
    package func flush() throws {
        for key in dirty.sorted(by: { ($0.column.rawValue, $0.range) < ($1.column.rawValue, $1.range) }) {
            replace.bind(1, key.column.rawValue)
            replace.bind(2, Int64(key.range))
            ranges[key]?.withUnsafeBytes { replace.bind(3, blob: $0) }
            try replace.run()
        }
        dirty.removeAll()
    }

    private func load(_ column: IndexColumn, _ number: DocumentNumber) throws -> Key {
        let key = Key(column: column, range: DocumentRange.range(of: number))
        if ranges[key] == nil {
            select.bind(1, column.rawValue)
            select.bind(2, Int64(key.range))
            ranges[key] = try select.step() ? [UInt8](select.bytes(0)) : []
            select.reset()
        }
        return key
    }
}
