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

    @usableFromInline package static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @usableFromInline package static var tops: UInt64 { 0x8080_8080_8080_8080 }
}
