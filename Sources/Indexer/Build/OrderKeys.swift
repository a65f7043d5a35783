internal import Catalog
internal import GRDBSQLite

/// Numbers documents in the order of their product ids, with gaps, so that ties break by id without reading ids.
///
/// A new id between two others takes the middle of their numbers; where no number is left, all are dealt anew.
struct OrderKeys {
    /// 2^32 documents still fit 64 bits, and 31 ids in a row may land between the same two.
    private static let gap: UInt64 = (1 << 32) - 1

    private let connection: OpaquePointer
    private let before: RawStatement
    private let after: RawStatement
    private var dealAll: Bool

    init(_ connection: OpaquePointer, rebuild: Bool) throws {
        self.connection = connection
        before = try RawStatement(connection, "SELECT number FROM products WHERE id < ? ORDER BY id DESC LIMIT 1")
        after = try RawStatement(connection, "SELECT number FROM products WHERE id > ? ORDER BY id LIMIT 1")
        dealAll = rebuild
    }

    /// Whether documents have to be noted as they are added.
    ///
    /// In a full build the numbers are dealt once, at the end.
    var wantsIDs: Bool { !dealAll }

    /// Notes a new document.
    mutating func added(_ number: DocumentNumber, id: ProductID, columns: ColumnStore) throws {
        if dealAll { return }
        let low = try neighbour(before, of: id, columns: columns) ?? 0
        let high = try neighbour(after, of: id, columns: columns)
        let key = high.map { low + ($0 - low) / 2 } ?? low + Self.gap
        if key == low || key == high {
            dealAll = true
        } else {
            try columns.set(.order, number, key)
        }
    }

    private func neighbour(_ statement: RawStatement, of id: ProductID, columns: ColumnStore) throws -> UInt64? {
        statement.bind(1, id.rawValue)
        defer { statement.reset() }
        guard try statement.step() else { return nil }
        return try columns.value(.order, DocumentNumber(statement.int64(0)), as: UInt64.self)
    }

    func finish(columns: ColumnStore) throws {
        guard dealAll else { return }
        let sorted = try RawStatement(connection, "SELECT number FROM products ORDER BY id")
        var key: UInt64 = 0
        while try sorted.step() {
            key += Self.gap
            try columns.set(.order, DocumentNumber(sorted.int64(0)), key)
        }
        sorted.reset()
    }
}
