internal import Foundation

/// A product's field value as a term of the postings: `NUL field NUL folded value NUL value as spelled`.
///
/// Ordinary terms never start with a NUL, so both share one table. Spellings that differ in case or width only are
/// adjacent, so a filter takes all of them and a facet shows the commonest.
package enum FilterKey {
    /// The field of groups of variants.
    package static let groupField = "group"

    /// Bytes at most: of a field's name, of a folded value, of a whole key (AISLE_TERM_MAX).
    private static let fieldLimit = 62
    private static let valueLimit = 90
    private static let limit = 255
    /// Stands in a folded value that was too long, before a hash of the whole of it.
    private static let shortened: UInt8 = 1

    /// Writes the key of a value into `bytes`, replacing what is there.
    ///
    /// `prefix` is the field's (`prefix(field:)`).
    package static func write(_ value: String, prefix: [UInt8], to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: prefix)
        var value = value
        let isPlain = value.withUTF8 { text in
            guard text.count <= valueLimit, let capitals = capitalsIfFolded(text) else { return false }
            let start = bytes.count
            bytes.append(contentsOf: text)
            bytes.append(0)
            guard capitals else { return true }
            bytes.withUnsafeMutableBufferPointer { bytes in
                for index in start..<(start + text.count) where bytes[index] &- 0x41 < 26 { bytes[index] |= 0x20 }
            }
            bytes.append(contentsOf: text)
            return true
        }
        if isPlain { return }
        let folded = fold(value)
        append(folded: folded, to: &bytes)
        bytes.append(0)
        if value != folded { append(value, upTo: limit - bytes.count, to: &bytes) }
    }

    /// Whether there are capitals in what is folded but for them: ASCII without control characters and without white
    /// space to be trimmed or collapsed; nil for other text.
    private static func capitalsIfFolded(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let first = text.first, let last = text.last, first != 0x20, last != 0x20 else { return nil }
        var look = ByteScan.FoldedLook()
        let raw = UnsafeRawBufferPointer(text)
        var position = 0
        while position + 8 <= raw.count {
            look.take(raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        if position < raw.count {
            // The last eight bytes once more, or the few there are with letters behind them.
            var word: UInt64 = 0x6161_6161_6161_6161
            let count = min(8, raw.count)
            withUnsafeMutableBytes(of: &word) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: raw[(raw.count - count)...]))
            }
            look.take(word)
        }
        return look.isFolded ? look.hasCapitals : nil
    }

    /// What all values of a field start with.
    package static func prefix(field: String) -> [UInt8] {
        var bytes: [UInt8] = [0]
        append(field, upTo: fieldLimit, to: &bytes)
        bytes.append(0)
        return bytes
    }

    /// What all spellings of one value of a field start with.
    package static func prefix(field: String, value: String) -> [UInt8] {
        var bytes = prefix(field: field)
        append(folded: fold(value), to: &bytes)
        bytes.append(0)
        return bytes
    }

    /// A field's value as its key has it.
    package struct Value {
        package let folded: String
        /// The spelling to show.
        package let spelling: String
        /// Whether the value was too long for a key: only a product that has it knows it whole.
        package let isShortened: Bool

        package init(folded: String, spelling: String, isShortened: Bool) {
            self.folded = folded
            self.spelling = spelling
            self.isShortened = isShortened
        }
    }

    /// The value out of a key's bytes; nil when the bytes are no key of that field.
    package static func value(in key: UnsafeRawBufferPointer, prefixLength: Int) -> Value? {
        guard key.count > prefixLength, let end = key[prefixLength...].firstIndex(of: 0) else { return nil }
        let folded = String(decoding: key[prefixLength..<end], as: UTF8.self)
        let spelling = String(decoding: key[(end + 1)...], as: UTF8.self)
        return Value(
            folded: folded,
            spelling: spelling.isEmpty ? folded : spelling,
            // A spelling that was cut leaves less room than a character takes.
            isShortened: key[prefixLength..<end].contains(shortened) || key.count > limit - 4
        )
    }

    /// Folded as filters compare text, canonically composed: keys compare by bytes.
    package static func fold(_ value: String) -> String {
        FilterText.folded(value).precomposedStringWithCanonicalMapping
    }

    /// The name filters know a field by: folded, white space as underscores.
    package static func fieldName(_ label: String) -> String {
        fold(label).split(separator: " ").joined(separator: "_")
    }

    /// A folded value, or as much of it as there is room for and a hash of the whole.
    private static func append(folded: String, to bytes: inout [UInt8]) {
        let count = folded.utf8.count
        guard count > valueLimit else { return append(folded, upTo: valueLimit, to: &bytes) }
        append(folded, upTo: valueLimit - 17, to: &bytes)
        bytes.append(shortened)
        // FNV-1a: the same on every machine and in every version.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in folded.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = Array(String(hash, radix: 16).utf8)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 16 - digits.count))
        bytes.append(contentsOf: digits)
    }

    /// At most `limit` bytes, cut between characters, without NULs.
    private static func append(_ text: String, upTo limit: Int, to bytes: inout [UInt8]) {
        var room = limit
        for scalar in text.unicodeScalars where scalar.value != 0 {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
