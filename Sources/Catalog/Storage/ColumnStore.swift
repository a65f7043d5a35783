/// Columns of an index being written: loaded range by range when touched, written back by `flush`.
package final class ColumnStore {
    /// The values of one range of one column.
    private struct Range {
        var bytes: [UInt8]
        var isChanged = false
    }

    private let select: RawStatement
    private let replace: RawStatement
    /// By column (in the order of `IndexColumn.allCases`) and range; nil: not loaded.
    private var ranges: [[Range?]] = Array(repeating: [], count: IndexColumn.allCases.count)

    /// Columns of the index behind a connection.
    package init(_ connection: OpaquePointer) throws {
        select = try RawStatement(connection, "SELECT data FROM columns WHERE name = ? AND range = ?")
        replace = try RawStatement(connection, "INSERT OR REPLACE INTO columns (name, range, data) VALUES (?, ?, ?)")
    }

    /// Sets a document's value; documents before it that were never set are `IndexColumn.unset`.
    package func set<Value: BitwiseCopyable>(_ column: IndexColumn, _ number: DocumentNumber, _ value: Value) throws {
        let range = DocumentRange.range(of: number)
        try load(column, range)
        let place = Int(number) % DocumentRange.capacity * column.width
        withUnsafeMutablePointer(to: &ranges[column.place][range]) { slot in
            guard slot.pointee != nil else { return }
            slot.pointee?.isChanged = true
            let missing = place + column.width - (slot.pointee?.bytes.count ?? 0)
            if missing > 0 { slot.pointee?.bytes.append(contentsOf: repeatElement(column.unset, count: missing)) }
            slot.pointee?.bytes.withUnsafeMutableBytes {
                $0.storeBytes(of: value, toByteOffset: place, as: Value.self)
            }
        }
    }

    /// A document's value, nil beyond the column's end.
    package func value<Value: BitwiseCopyable>(
        _ column: IndexColumn,
        _ number: DocumentNumber,
        as type: Value.Type
    ) throws -> Value? {
        let range = DocumentRange.range(of: number)
        try load(column, range)
        let place = Int(number) % DocumentRange.capacity * column.width
        return ranges[column.place][range]?.bytes.withUnsafeBytes { bytes in
            place + column.width <= bytes.count ? bytes.loadUnaligned(fromByteOffset: place, as: type) : nil
        }
    }

    /// Writes what changed.
    package func flush() throws {
        for column in IndexColumn.allCases {
            for range in ranges[column.place].indices where ranges[column.place][range]?.isChanged == true {
                replace.bind(1, column.rawValue)
                replace.bind(2, Int64(range))
                ranges[column.place][range]?.bytes.withUnsafeBytes { replace.bind(3, blob: $0) }
                try replace.run()
                ranges[column.place][range]?.isChanged = false
            }
        }
    }

    private func load(_ column: IndexColumn, _ range: Int) throws {
        while ranges[column.place].count <= range { ranges[column.place].append(nil) }
        guard ranges[column.place][range] == nil else { return }
        select.bind(1, column.rawValue)
        select.bind(2, Int64(range))
        defer { select.reset() }
        ranges[column.place][range] = Range(bytes: try select.step() ? [UInt8](select.bytes(0)) : [])
    }
}

extension IndexColumn {
    /// Its place among all columns.
    fileprivate var place: Int {
        switch self {
        case .length: 0
        case .order: 1
        case .price: 2
        case .salePrice: 3
        case .rating: 4
        case .ratingCount: 5
        }
    }
}
