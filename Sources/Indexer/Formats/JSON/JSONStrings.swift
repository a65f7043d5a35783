/// Decodes the escapes of a JSON string into UTF-8.
enum JSONStrings {
    /// Appends the decoded text; lone surrogates become U+FFFD.
    ///
    /// The escapes must be valid.
    static func decode(_ text: UnsafeBufferPointer<UInt8>, into scratch: ByteScratch) {
        guard let base = text.baseAddress else { return }
        var position = 0
        while position < text.count {
            let start = position
            while position < text.count, base[position] != UInt8(ascii: "\\") { position += 1 }
            scratch.append(base + start, position - start)
            guard position + 1 < text.count else { return }
            switch base[position + 1] {
            case UInt8(ascii: "b"): scratch.append(8)
            case UInt8(ascii: "f"): scratch.append(12)
            case UInt8(ascii: "n"): scratch.append(10)
            case UInt8(ascii: "r"): scratch.append(13)
            case UInt8(ascii: "t"): scratch.append(9)
            case UInt8(ascii: "u"):
                position += decodeUnicode(base + position, text.count - position, into: scratch)
                continue
            default: scratch.append(base[position + 1])
            }
            position += 2
        }
    }

    /// Decodes `\uXXXX` or a surrogate pair of them; returns the bytes taken.
    private static func decodeUnicode(_ base: UnsafePointer<UInt8>, _ count: Int, into scratch: ByteScratch) -> Int {
        let first = unit(base)
        guard (0xd800..<0xdc00).contains(first), count >= 12, base[6] == UInt8(ascii: "\\"),
            base[7] == UInt8(ascii: "u"), case let second = unit(base + 6), (0xdc00..<0xe000).contains(second)
        else {
            scratch.append(scalar: first)
            return 6
        }
        scratch.append(scalar: 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
        return 12
    }

    private static func unit(_ base: UnsafePointer<UInt8>) -> UInt32 {
        (2...5).reduce(0) { $0 << 4 | (hexValue(base[$1]) ?? 0) }
    }
}
