internal import CScorer
internal import Catalog
internal import Foundation
internal import GRDB

/// The index's columns in memory: one value a document, padded to whole ranges.
final class DocumentColumns: Sendable {
    /// Ranges there are.
    let rangeCount: Int
    /// BM25's length normalization, `k1 x (1 - b + b x length / mean)`; infinite for documents that are not there.
    private nonisolated(unsafe) let norms: UnsafeMutablePointer<Float>
    private nonisolated(unsafe) let lengths: UnsafeMutablePointer<UInt32>
    private nonisolated(unsafe) let orders: UnsafeMutablePointer<UInt64>
    /// By `NumberColumn`; nil where no product has such a number.
    private nonisolated(unsafe) let numbers: [UnsafeMutablePointer<Double>?]

    init(_ database: Database) throws {
        rangeCount = try Int.fetchOne(database, sql: "SELECT coalesce(max(range) + 1, 0) FROM columns") ?? 0
        let capacity = max(rangeCount, 1) * DocumentRange.capacity
        norms = .allocate(capacity: capacity)
        norms.initialize(repeating: .infinity, count: capacity)
        lengths = .allocate(capacity: capacity)
        lengths.initialize(repeating: IndexColumn.gone, count: capacity)
        orders = .allocate(capacity: capacity)
        orders.initialize(repeating: 0, count: capacity)
        var numbers = [UnsafeMutablePointer<Double>?](repeating: nil, count: NumberColumn.allCases.count)
        func values(_ column: NumberColumn) -> UnsafeMutablePointer<Double> {
            if let made = numbers[column.rawValue] { return made }
            let made = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
            made.initialize(repeating: .nan, count: capacity)
            numbers[column.rawValue] = made
            return made
        }
        let lengths = lengths
        let orders = orders
        let rows = try Row.fetchCursor(database, sql: "SELECT name, range, data FROM columns")
        while let row = try rows.next() {
            guard let column = IndexColumn(rawValue: row["name"]) else { continue }
            let start = (row["range"] as Int) * DocumentRange.capacity
            try row.withUnsafeData(atIndex: 2) { data in
                guard let data, data.count <= DocumentRange.capacity * column.width else { return }
                let target =
                    switch column {
                    case .length: UnsafeMutableRawPointer(lengths + start)
                    case .order: UnsafeMutableRawPointer(orders + start)
                    case .price: UnsafeMutableRawPointer(values(.price) + start)
                    case .salePrice: UnsafeMutableRawPointer(values(.salePrice) + start)
                    case .rating: UnsafeMutableRawPointer(values(.rating) + start)
                    case .ratingCount: UnsafeMutableRawPointer(values(.ratingCount) + start)
                    }
                data.withUnsafeBytes { bytes in
                    if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
                }
            }
        }
        self.numbers = numbers
    }

    deinit {
        norms.deallocate()
        lengths.deallocate()
        orders.deallocate()
        for values in numbers { values?.deallocate() }
    }

    /// To be called once, before the first search.
    func setNorms(meanLength: Double) {
        for number in 0..<(rangeCount * DocumentRange.capacity) where lengths[number] != IndexColumn.gone {
            norms[number] = Float(BM25.norm(length: lengths[number], meanLength: meanLength))
        }
    }

    /// The norms of a range's documents.
    func norms(_ range: Int) -> UnsafePointer<Float> { UnsafePointer(norms + range * DocumentRange.capacity) }

    func length(_ number: DocumentNumber) -> UInt32 { lengths[Int(number)] }

    /// Documents compare by this as their product ids do.
    func order(_ number: DocumentNumber) -> UInt64 { orders[Int(number)] }

    /// A number to sort and filter by; NaN where the product has none.
    func number(_ column: NumberColumn, _ number: DocumentNumber) -> Double {
        numbers[column.rawValue]?[Int(number)] ?? .nan
    }

    func isLive(_ number: DocumentNumber) -> Bool {
        Int(number) < rangeCount * DocumentRange.capacity && lengths[Int(number)] != IndexColumn.gone
    }
}

/// Numeric columns that filters and sorting use.
enum NumberColumn: Int, Sendable, CaseIterable {
    case price, salePrice, rating, ratingCount
}
