/// Something two rows may share whatever languages they are in.
public struct EvidenceKey: Sendable, Hashable, Comparable, Codable {
    /// Why it says something.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A model or article number, joined as the analyzer joins it: `wh1000xm4`.
        case code
        /// A piece of one: `ktins114` of `KT-INS114-DRE`.
        case part
        /// An amount with its unit: `1500ml`.
        case quantity
        /// A number without one.
        case number
        /// A word in Latin letters, also between Chinese ones.
        case word
        /// The brand as its own field says it.
        case brand
        /// Amount and currency, both the same.
        case price
    }

    /// Why it says something.
    public var kind: Kind
    /// What is the same.
    public var text: String

    /// A key of a kind.
    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// As it is stored: kinds never meet.
    var stored: String { "\(kind.rawValue):\(text)" }

    /// Orders by what says more, then by text.
    public static func < (left: EvidenceKey, right: EvidenceKey) -> Bool {
        left.kind == right.kind
            ? left.text.utf8.lexicographicallyPrecedes(right.text.utf8) : left.kind.rank < right.kind.rank
    }
}

extension EvidenceKey.Kind {
    /// The place among the kinds, from what says most to what says least.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
