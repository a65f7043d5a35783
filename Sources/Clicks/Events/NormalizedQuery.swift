internal import Foundation

/// A query as evidence is collected under it: spellings that mean the same search are one.
///
/// Compatibility forms are one (NFKC), case is folded, runs of white space are one space, none at the ends. Words are
/// neither stemmed nor sorted: "case for phone" and "phone case" are different searches.
public struct NormalizedQuery: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The normalized text.
    public let text: String

    /// Longest text that is looked at, in UTF-8 bytes.
    static let longest = 4096

    /// Normalizes what was typed; only its first 4,096 bytes count.
    public init(_ typed: String) {
        let cut =
            typed.utf8.count <= Self.longest ? typed : String(decoding: typed.utf8.prefix(Self.longest), as: UTF8.self)
        text = cut.precomposedStringWithCompatibilityMapping.lowercased()
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// A text that was normalized before.
    init(normalized text: String) {
        self.text = text
    }

    /// The normalized text.
    public var description: String { text }

    /// By bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}
