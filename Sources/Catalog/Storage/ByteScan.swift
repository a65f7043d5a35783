/// Looks through UTF-8 eight bytes at a time, for the loops that see every byte of every product.
package enum ByteScan {
    /// Where the first byte is, from `start` on, that JSON strings cannot hold as it is: a control character, a quotation
    /// mark or a backslash; `end` where there is none.
    @inlinable
    package static func firstSpecial(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
        let raw = UnsafeRawPointer(base)
        var position = start
        while position + 8 <= end {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5c)
            // A hit may also mark bytes above it: only the lowest counts.
            let hits =
                ((word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & tops
            if hits != 0 { return position + hits.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, case let byte = base[position], byte >= 0x20, byte != 0x22, byte != 0x5c { position += 1 }
        return position
    }

    /// Whether bytes are ASCII without control characters and without two spaces in a row, and whether capitals are among
    /// them: eight at a time, words that overlap or follow each other.
    struct FoldedLook {
        private var odd: UInt64 = 0
        private var capitals: UInt64 = 0
        private var lastWasSpace: UInt64 = 0

        var isFolded: Bool { odd & tops == 0 }
        var hasCapitals: Bool { capitals & tops != 0 }

        /// Takes in eight bytes.
        mutating func take(_ bytes: UInt64) {
            let word = UInt64(littleEndian: bytes)
            // Controls, DEL and what is not ASCII have their top bits set here, and so may bytes above those.
            odd |= word | (word &- ones &* 0x20) & ~word | (word &+ ones)
            let other = word ^ (ones &* 0x20)
            let spaces = ~((other & ~tops) &+ ~tops | other) & tops
            odd |= spaces & (spaces << 8 | lastWasSpace)
            lastWasSpace = spaces >> 56
            // (Of bytes that are not ASCII this says nothing.)
            capitals |= (word &+ ones &* (0x80 - 0x41)) & ~(word &+ ones &* (0x80 - 0x5B))
        }
    }

    @usableFromInline package static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @usableFromInline package static var tops: UInt64 { 0x8080_8080_8080_8080 }
}
