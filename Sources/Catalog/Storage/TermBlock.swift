internal import Foundation

/// A run of terms with their posting lists: one row of `postings`.
///
/// Entries in byte order of term: u8 length, term; varint of the zigzagged change of document frequency; varint length,
/// posting list (see `aisle_postings.h`). One row a term would cost more than everything else about rare terms, and most
/// terms are rare.
package enum TermBlock {
    /// A block is closed when it holds this many bytes: four to a page, none of it on an overflow page.
    private static let target = 1700
    /// A longer list gets a block of its own, so that looking up a rare term never reads a common one's list.
    private static let longList = 600

    /// Collects terms in byte order and hands out blocks.
    package struct Builder {
        private var first: [UInt8] = []
        private var bytes: [UInt8] = []
        private let emit: (_ first: [UInt8], _ block: [UInt8]) throws -> Void

        /// A builder that gives each block, in order, to `emit`.
        package init(emit: @escaping (_ first: [UInt8], _ block: [UInt8]) throws -> Void) {
            self.emit = emit
            bytes.reserveCapacity(2 * TermBlock.target)
        }

        /// Adds a term of at most 255 bytes; terms come in byte order.
        package mutating func add(term: UnsafeRawBufferPointer, change: Int64, list: UnsafeRawBufferPointer) throws {
            let isLong = list.count > TermBlock.longList
            if isLong || bytes.count >= TermBlock.target { try flush() }
            if bytes.isEmpty { first = [UInt8](term) }
            bytes.append(UInt8(truncatingIfNeeded: term.count))
            bytes.append(contentsOf: term)
            appendVarint(UInt64(bitPattern: (change << 1) ^ (change >> 63)))
            appendVarint(UInt64(list.count))
            bytes.append(contentsOf: list)
            if isLong { try flush() }
        }

        /// Hands out what is left.
        package mutating func flush() throws {
            guard !bytes.isEmpty else { return }
            try emit(first, bytes)
            bytes.removeAll(keepingCapacity: true)
        }

        private mutating func appendVarint(_ value: UInt64) {
            var value = value
            while value >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
                value >>= 7
            }
            bytes.append(UInt8(value))
        }
    }

    /// Reads a block's entries one by one.
    ///
    /// Damaged bytes end it early.
    package struct Reader {
        private let block: UnsafeRawBufferPointer
        private var place = 0

        /// A reader at a block's first entry.
        ///
        /// The bytes have to stay in place.
        package init(_ block: UnsafeRawBufferPointer) {
            self.block = block
        }

        /// One term: addresses into the block.
        package struct Entry {
            package let term: UnsafeRawBufferPointer
            /// Documents added less documents removed.
            package let change: Int64
            package let list: UnsafeRawBufferPointer
        }

        /// The next entry, nil at the end.
        package mutating func next() -> Entry? {
            guard place < block.count else { return nil }
            let termEnd = place + 1 + Int(block[place])
            guard termEnd <= block.count else { return nil }
            let term = UnsafeRawBufferPointer(rebasing: block[(place + 1)..<termEnd])
            place = termEnd
            guard let zigzag = varint(), let length = varint(), length <= UInt64(block.count - place) else {
                return nil
            }
            let list = UnsafeRawBufferPointer(rebasing: block[place..<(place + Int(length))])
            place += Int(length)
            return Entry(term: term, change: Int64(zigzag >> 1) ^ -Int64(zigzag & 1), list: list)
        }

        private mutating func varint() -> UInt64? {
            var value: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 63, by: 7) {
                guard place < block.count else { return nil }
                let byte = block[place]
                place += 1
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
            }
            return nil
        }
    }

    /// The order of terms: by bytes, a prefix first.
    ///
    /// Negative, zero or positive.
    package static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
        let count = min(left.count, right.count)
        if count > 0, let first = left.baseAddress, let second = right.baseAddress {
            let order = Int(memcmp(first, second, count))
            if order != 0 { return order }
        }
        return left.count - right.count
    }
}
