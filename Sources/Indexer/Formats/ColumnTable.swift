import Glibc

/// Numbers columns, keys and paths of keys (`brand.name`) in the order they are met.
final class ColumnTable {
    /// A column's name and where it hangs.
    struct Column {
        /// The full name: path components joined by dots.
        var name: String
        /// The key alone, as bytes.
        var key: [UInt8]
        /// The object the key is in; -1 at the top.
        var parent: Int32
        /// Whether the name came from the data (`{"name": "Colour", "value": ..}`): such columns are only attributes.
        var isNamedByData: Bool
        /// Whether it ever held a value itself (an object's key does not).
        var holdsValues = false
    }

    private(set) var columns: [Column] = []
    private var slots: [Int32] = Array(repeating: -1, count: 256)
    /// For each column the one that came next last time: records repeat their keys in the same order.
    private var successors: [Int32] = []
    private var last: Int32 = -1

    /// The most columns a file can have; names beyond share the last one.
    static let limit = 20_000

    var count: Int { columns.count }

    init() {}

    /// A table with fixed columns, one for each header cell.
    init(header: [String]) {
        for name in header {
            columns.append(
                Column(name: name, key: Array(name.utf8), parent: -1, isNamedByData: false, holdsValues: true))
        }
    }

    /// Takes over the columns a look at the file's head has found, so that numbers agree.
    func adopt(_ known: [Column]) {
        guard columns.isEmpty else { return }
        columns = known
        successors = Array(repeating: -1, count: known.count)
        while slots.count < 4 * known.count { slots += slots }
        rehash()
    }

    /// The number of the column `key` inside of `parent`, new where it is new.
    func intern(_ key: UnsafeBufferPointer<UInt8>, in parent: Int32, isNamedByData: Bool = false) -> Int32 {
        if last >= 0, case let guess = successors[Int(last)], guess >= 0, matches(guess, key, parent, isNamedByData) {
            last = guess
            return guess
        }
        let found = find(key, parent, isNamedByData)
        if last >= 0 { successors[Int(last)] = found }
        last = found
        return found
    }

    /// Notes that a column holds values.
    @inline(__always)
    func markValue(_ column: Int32) {
        if !columns[Int(column)].holdsValues { columns[Int(column)].holdsValues = true }
    }

    private func matches(
        _ index: Int32, _ key: UnsafeBufferPointer<UInt8>, _ parent: Int32, _ isNamedByData: Bool
    ) -> Bool {
        // Borrowing the array's storage avoids a retain per comparison.
        columns.withUnsafeBufferPointer { table in
            guard table[Int(index)].parent == parent, table[Int(index)].isNamedByData == isNamedByData else {
                return false
            }
            return table[Int(index)].key.withUnsafeBufferPointer { own in
                guard own.count == key.count, let left = own.baseAddress, let right = key.baseAddress else {
                    return own.isEmpty && key.isEmpty
                }
                return memcmp(left, right, own.count) == 0
            }
        }
    }

    private func find(_ key: UnsafeBufferPointer<UInt8>, _ parent: Int32, _ isNamedByData: Bool) -> Int32 {
        var slot = Self.hash(key, parent) & (slots.count - 1)
        while case let index = slots[slot], index >= 0 {
            if matches(index, key, parent, isNamedByData) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        if columns.count >= Self.limit { return Int32(columns.count - 1) }
        let index = Int32(columns.count)
        let own = String(decoding: key, as: UTF8.self)
        let name = parent < 0 || isNamedByData ? own : columns[Int(parent)].name + "." + own
        columns.append(Column(name: name, key: Array(key), parent: parent, isNamedByData: isNamedByData))
        successors.append(-1)
        slots[slot] = index
        if 2 * columns.count > slots.count { rehash() }
        return index
    }

    private func rehash() {
        slots = Array(repeating: -1, count: 4 * slots.count)
        for (index, column) in columns.enumerated() {
            var slot = column.key.withUnsafeBufferPointer { Self.hash($0, column.parent) } & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    /// FNV-1a, which is enough for a few hundred short keys.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>, _ parent: Int32) -> Int {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(truncatingIfNeeded: parent) &* 0x9e37_79b9_7f4a_7c15
        for byte in key { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: state ^ (state >> 29))
    }
}
