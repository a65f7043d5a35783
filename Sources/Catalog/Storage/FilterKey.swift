internal import Foundation

/// A product's field value as a term of the postings: `NUL field NUL folded value NUL value as spelled`.
///
/// Ordinary terms never start with a NUL, so both share one table. Spellings that differ in case or width only are
/// adjacent, so a filter takes all of them and a facet shows the commonest.
package struct FilterKey: Sendable, Hashable {
    package let bytes: [UInt8]

    /// Longest key in bytes (AISLE_TERM_MAX).
    private static let limit = 255

    package init(field: String, value: String) {
        let folded = FilterKey.fold(value)
        var bytes = FilterKey.prefix(field: field, folded: folded)
        if value != folded {
            bytes.append(contentsOf: FilterKey.clip(value, to: FilterKey.limit - bytes.count))
        }
        self.bytes = bytes
    }

    /// What all spellings of one value of a field start with.
    package static func prefix(field: String, folded: String) -> [UInt8] {
        var bytes = prefix(field: field)
        bytes.append(contentsOf: clip(folded, to: 90))
        bytes.append(0)
        return bytes
    }

    /// What all values of a field start with.
    package static func prefix(field: String) -> [UInt8] {
        var bytes: [UInt8] = [0]
        bytes.append(contentsOf: clip(field, to: 62))
        bytes.append(0)
        return bytes
    }

    /// The folded value and the spelling to show, out of a key's bytes; nil when the bytes are no key of that field.
    package static func values(
        in key: UnsafeRawBufferPointer, prefixLength: Int
    ) -> (folded: String, spelling: String)? {
        guard key.count > prefixLength, let end = key[prefixLength...].firstIndex(of: 0) else { return nil }
        let folded = String(decoding: key[prefixLength..<end], as: UTF8.self)
        let spelling = String(decoding: key[(end + 1)...], as: UTF8.self)
        return (folded, spelling.isEmpty ? folded : spelling)
    }

    /// Case, width and white space folded, so that "SONY" is "Sony".
    package static func fold(_ value: String) -> String {
        var value = value
        let plain = value.withUTF8 { bytes in
            bytes.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) && $0 > 0x20 || $0 == 0x20 }
        }
        if plain { return value }
        return value.precomposedStringWithCompatibilityMapping.lowercased()
    }

    /// The name filters know a field by: folded, white space as underscores.
    package static func fieldName(_ label: String) -> String {
        fold(label).split(whereSeparator: \.isWhitespace).joined(separator: "_")
    }

    /// At most `limit` bytes, cut between characters, without NULs.
    private static func clip(_ text: String, to limit: Int) -> [UInt8] {
        var bytes = [UInt8]()
        for scalar in text.unicodeScalars where scalar.value != 0 {
            guard bytes.count + UTF8.width(scalar) <= limit else { break }
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return bytes
    }
}
