internal import CAnalyzer

/// One token of a text: what the index holds, where it comes from, and why it is there.
public struct Token: Sendable, Hashable {
    /// Folded and stemmed; 1...96 bytes of UTF-8.
    public var text: String
    /// The bytes of the source (UTF-8) this token stands for.
    public var range: Range<Int>
    /// 0-based; tokens at one position stand beside each other, as synonyms do.
    public var position: Int
    /// The shopper's word this token belongs to, counted from 0; all tokens of `WH-1000XM4` share one.
    public var unit: Int
    /// Why this token exists.
    public var kinds: TokenKinds

    /// A token as described by its fields.
    public init(text: String, range: Range<Int>, position: Int, unit: Int, kinds: TokenKinds) {
        self.text = text
        self.range = range
        self.position = position
        self.unit = unit
        self.kinds = kinds
    }
}

/// Why a token exists; a token may have several reasons.
public struct TokenKinds: OptionSet, Sendable, Hashable {
    /// The `AISLE_TOKEN_*` bits.
    public let rawValue: UInt32

    /// The kinds of these `AISLE_TOKEN_*` bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ bit: Int) {
        self.rawValue = UInt32(bit)
    }

    /// A word of a spaced script, or a dictionary word of Han, Kana, Hangul, Thai...
    public static let word = TokenKinds(AISLE_TOKEN_WORD)
    /// Two adjacent Han, Kana or Hangul characters.
    public static let bigram = TokenKinds(AISLE_TOKEN_BIGRAM)
    /// The last character of a Han, Kana or Hangul run.
    public static let unigram = TokenKinds(AISLE_TOKEN_UNIGRAM)
    /// A compound joined whole: `wh1000xm4`, `1.5l`, `3/4inch`, `tshirt`.
    public static let code = TokenKinds(AISLE_TOKEN_CODE)
    /// Some adjacent pieces of a code joined: `ktins114` of `KT-INS114-DRE`.
    public static let codeJoin = TokenKinds(AISLE_TOKEN_CODE_JOIN)
    /// A piece of a compound: `kt`, `ins114`, `114`.
    public static let codePart = TokenKinds(AISLE_TOKEN_CODE_PART)
    /// A stemmer changed the word.
    public static let stem = TokenKinds(AISLE_TOKEN_STEM)
    /// A bigram whose characters belong to two words; its unit is the first one's.
    public static let crossing = TokenKinds(AISLE_TOKEN_CROSSING)

    private static let names: [(kind: TokenKinds, name: String)] = [
        (.word, "word"), (.bigram, "bigram"), (.unigram, "unigram"), (.code, "code"), (.codeJoin, "code join"),
        (.codePart, "code part"), (.stem, "stem"), (.crossing, "crossing"),
    ]

    /// The reasons in words, as `aisle analyze` prints them.
    public var names: [String] {
        Self.names.filter { contains($0.kind) }.map(\.name)
    }
}

extension TokenKinds: CustomStringConvertible {
    /// The names, with commas between them.
    public var description: String { names.joined(separator: ", ") }
}
