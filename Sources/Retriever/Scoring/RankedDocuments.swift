internal import Catalog

/// Keeps the `count` documents that come first in an order given by a number, ties by product id.
struct RankedDocuments {
    private struct Entry {
        let key: Double
        let order: UInt64
        let number: DocumentNumber
    }

    private let count: Int
    private let isDescending: Bool
    private let descendsByID: Bool
    private var entries: [Entry] = []

    /// Entries are cut to the best whenever they are this many.
    private var limit: Int { 4 * count + 4096 }

    init(count: Int, isDescending: Bool, descendsByID: Bool = false) {
        self.count = count
        self.isDescending = isDescending
        self.descendsByID = descendsByID
    }

    init(count: Int, sorting: SortValues?) {
        self.init(
            count: count,
            isDescending: sorting?.isDescending ?? false,
            descendsByID: sorting?.descendsByID ?? false
        )
    }

    /// NaN keys come last, whichever the direction.
    mutating func add(_ number: DocumentNumber, key: Double, order: UInt64) {
        entries.append(Entry(key: key, order: order, number: number))
        if entries.count >= limit { cut() }
    }

    /// The documents in order.
    mutating func documents() -> [DocumentNumber] {
        cut()
        return entries.map(\.number)
    }

    private mutating func cut() {
        entries.sort { left, right in
            if left.key == right.key || left.key.isNaN && right.key.isNaN {
                return descendsByID ? left.order > right.order : left.order < right.order
            }
            if left.key.isNaN || right.key.isNaN { return right.key.isNaN }
            return isDescending ? left.key > right.key : left.key < right.key
        }
        if entries.count > count { entries.removeLast(entries.count - count) }
    }
}
