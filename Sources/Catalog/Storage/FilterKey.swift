internal import Foundation

/// A product's field value as a term of the postings: `NUL field NUL folded value NUL value as spelled`.
///
/// Ordinary terms never start with a NUL, so both share one table. Spellings that differ in case or width only are
/// adjacent, so a filter takes all of them and a facet shows the commonest.
package enum FilterKey {
    /// Bytes at most: of a field's name, of a folded value, of a whole key (AISLE_TERM_MAX).
    private static let fieldLimit = 62
    private static let valueLimit = 90
    private static let limit = 255

    /// Writes the key of a value into `bytes`, replacing what is there.
    ///
    /// `prefix` is the field's (`prefix(field:)`).
    package static func write(_ value: String, prefix: [UInt8], to bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: prefix)
        var value = value
        let isPlain = value.withUTF8 { text in
            guard text.count <= valueLimit, text.allSatisfy({ $0 < 0x80 && $0 >= 0x20 }) else { return false }
            let start = bytes.count
            bytes.append(contentsOf: text)
            bytes.append(0)
            guard text.contains(where: { $0 &- 0x41 < 26 }) else { return true }
            for index in start..<(start + text.count) where bytes[index] &- 0x41 < 26 { bytes[index] |= 0x20 }
            bytes.append(contentsOf: text)
            return true
        }
        if isPlain { return }
        let folded = fold(value)
        append(folded, upTo: valueLimit, to: &bytes)
        bytes.append(0)
        if value != folded { append(value, upTo: limit - bytes.count, to: &bytes) }
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
        append(fold(value), upTo: valueLimit, to: &bytes)
        bytes.append(0)
        return bytes
    }

    /// The folded value and the spelling to show, out of a key's bytes; nil when the bytes are no key of that field.
    package static func values(
        in key: UnsafeRawBufferPointer,
        prefixLength: Int
    ) -> (folded: String, spelling: String)? {
        guard key.count > prefixLength, let end = key[prefixLength...].firstIndex(of: 0) else { return nil }
        let folded = String(decoding: key[prefixLength..<end], as: UTF8.self)
        let spelling = String(decoding: key[(end + 1)...], as: UTF8.self)
        return (folded, spelling.isEmpty ? folded : spelling)
    }

    /// Case and width folded, canonically composed, so that "SONY" is "Sony".
    package static func fold(_ value: String) -> String {
        value.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// The name filters know a field by: folded, white space as underscores.
    package static func fieldName(_ label: String) -> String {
        fold(label).split(whereSeparator: \.isWhitespace).joined(separator: "_")
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
