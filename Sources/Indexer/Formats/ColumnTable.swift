import Glibc

/// Numbers columns, keys and paths of keys (`brand.name`) in the order they are met.
final class ColumnTable {
    /// A column's name and where it hangs.
    struct Column {
        /// The full name: path components joined by dots.
        var name: String
        /// The object the key is in; -1 at the top.
        var parent: Int32
        /// Whether the name came from the data (`{"name": "Colour", "value": ..}`): such columns are only attributes.
        var isNamedByData: Bool
    }

    /// What is compared when a key is looked up.
    private struct Entry: BitwiseCopyable {
        var hash: Int
        /// Where the key's bytes are in `keys`.
        var start: Int
        var count: Int
        var parent: Int32
        var isNamedByData: Bool
        var holdsValues = false
        /// The column that came next last time: records repeat their keys in the same order.
        var successor: Int32 = -1
    }

    private(set) var columns: [Column] = []
    private let entries = GrowingBuffer<Entry>()
    private let keys = ByteScratch()
    private var slots: [Int32] = Array(repeating: -1, count: 256)
    private var last = -1

    /// The most columns a file can have; names beyond share the last one.
    static let limit = 20_000

    var count: Int { entries.count }

    init() {}

    /// A table with fixed columns, one for each header cell, all of which hold values.
    init(header: [String]) {
        for name in header {
            columns.append(Column(name: name, parent: -1, isNamedByData: false))
            entries.append(
                Entry(hash: 0, start: 0, count: 0, parent: -1, isNamedByData: false, holdsValues: true)
            )
        }
    }

    /// Whether a column ever held a value itself (an object's key does not).
    func holdsValues(_ index: Int) -> Bool { entries[index].holdsValues }

    /// Takes over the columns a look at the file's head has found, so that numbers agree.
    func adopt(_ known: ColumnTable) {
        guard count == 0 else { return }
        for index in 0..<known.count {
            let entry = known.entries[index]
            let key = UnsafeBufferPointer(start: UnsafePointer(known.keys.base) + entry.start, count: entry.count)
            let own = intern(key, in: entry.parent, isNamedByData: entry.isNamedByData)
            entries.base[Int(own)].holdsValues = entry.holdsValues
        }
        last = -1
    }

    /// The number of the column `key` inside of `parent`, new where it is new.
    func intern(_ key: UnsafeBufferPointer<UInt8>, in parent: Int32, isNamedByData: Bool = false) -> Int32 {
        if last >= 0, case let guess = Int(entries.base[last].successor), guess >= 0,
            matches(guess, key, parent, isNamedByData)
        {
            last = guess
            return Int32(truncatingIfNeeded: guess)
        }
        let found = find(key, parent, isNamedByData)
        if last >= 0 { entries.base[last].successor = Int32(truncatingIfNeeded: found) }
        last = found
        return Int32(truncatingIfNeeded: found)
    }

    /// Notes that a column holds values.
    @inline(__always)
    func markValue(_ column: Int32) { entries.base[Int(column)].holdsValues = true }

    @inline(__always)
    private func matches(
        _ index: Int,
        _ key: UnsafeBufferPointer<UInt8>,
        _ parent: Int32,
        _ isNamedByData: Bool
    ) -> Bool {
        let entry = entries.base[index]
        guard entry.count == key.count, entry.parent == parent, entry.isNamedByData == isNamedByData else {
            return false
        }
        return key.baseAddress.map { memcmp(keys.base + entry.start, $0, key.count) == 0 } ?? true
    }

    private func find(_ key: UnsafeBufferPointer<UInt8>, _ parent: Int32, _ isNamedByData: Bool) -> Int {
        let hash = Self.hash(key, parent)
        var slot = hash & (slots.count - 1)
        while case let index = Int(slots[slot]), index >= 0 {
            if entries.base[index].hash == hash, matches(index, key, parent, isNamedByData) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        if count >= Self.limit { return count - 1 }
        let index = count
        let own = String(decoding: key, as: UTF8.self)
        let name = parent < 0 || isNamedByData ? own : columns[Int(parent)].name + "." + own
        columns.append(Column(name: name, parent: parent, isNamedByData: isNamedByData))
        entries.append(
            Entry(hash: hash, start: keys.count, count: key.count, parent: parent, isNamedByData: isNamedByData)
        )
        if let bytes = key.baseAddress { keys.append(bytes, key.count) }
        slots[slot] = Int32(truncatingIfNeeded: index)
        if 2 * count > slots.count { rehash() }
        return index
    }

    private func rehash() {
        slots = Array(repeating: -1, count: 4 * slots.count)
        for index in 0..<count {
            var slot = entries.base[index].hash & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
    }

    /// Eight bytes a step, multiplied and folded; enough for keys nobody chooses to collide more than `limit` times.
    private static func hash(_ key: UnsafeBufferPointer<UInt8>, _ parent: Int32) -> Int {
        var state = UInt64(truncatingIfNeeded: parent) &+ UInt64(key.count) &* 0x9e37_79b9_7f4a_7c15
        var position = 0
        let raw = UnsafeRawBufferPointer(key)
        while position < raw.count {
            var word: UInt64 = 0
            let length = min(8, raw.count - position)
            if length == 8 {
                word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            } else {
                for offset in 0..<length { word |= UInt64(raw[position + offset]) << UInt64(8 * offset) }
            }
            state = (state ^ word) &* 0xff51_afd7_ed55_8ccd
            state ^= state >> 32
            position += 8
        }
        return Int(truncatingIfNeeded: state & 0x7fff_ffff_ffff_ffff)
    }
}
