/// What a shopper typed, split into plain text, "quoted phrases" and -exclusions.
///
/// No input is an error. What is meant by doubtful signs:
/// - Quotes come in pairs (`"…"`, `“…”`, `„…“`, `«…»`, `「…」`, `『…』`, `＂…＂`); one without its partner is text. After a
///   digit a straight quote outside a phrase is an inch mark. Inside a phrase it closes the phrase, unless another
///   closing quote follows first: `"15" monitor"` is one phrase.
/// - A minus excludes the word or phrase right behind it, at the beginning and after white space only: `-leather`. A
///   hyphen inside a word, one before a space and two in a row are text. Between numbers it is a range (`10 -20`) and
///   before a temperature a sign (`-20°C`); any other number is excluded like a word (`iphone -13`).
public struct QuerySyntax: Sendable, Hashable {
    /// How much of a query is read, in UTF-8 bytes.
    public static let maxBytes = 1_024
    /// How many words of a query are read; words are what white space separates.
    public static let maxWords = 32

    /// A run of text with the same role.
    public struct Segment: Sendable, Hashable {
        /// The text without quotes and minus; never empty, never only white space.
        public var text: String
        /// Whether it stood in quotes.
        public var isPhrase: Bool
        /// Whether products that have it are unwanted.
        public var isExcluded: Bool
        /// Where `text` lies in the query, in UTF-8 bytes.
        public var bytes: Range<Int>

        /// A segment of a query.
        public init(text: String, isPhrase: Bool, isExcluded: Bool, bytes: Range<Int>) {
            self.text = text
            self.isPhrase = isPhrase
            self.isExcluded = isExcluded
            self.bytes = bytes
        }
    }

    /// What was read of the query: all of it, or its beginning.
    public let text: String
    /// The segments in the order typed.
    public private(set) var segments: [Segment] = []
    /// UTF-8 bytes at the end that were not read.
    public private(set) var droppedBytes = 0
    /// Words within the bytes read that were not kept.
    public private(set) var droppedWords = 0
    /// Whether the query ends inside a word of plain text: the word that search-as-you-type completes.
    public private(set) var endsInWord = false

    /// Whether part of the query was left out.
    public var isTruncated: Bool { droppedBytes > 0 || droppedWords > 0 }

    /// Splits a query.
    public init(_ query: String) {
        let read = Self.beginning(of: query)
        text = read
        droppedBytes = query.utf8.count - read.utf8.count
        var scanner = QueryScanner(read)
        scanner.scan()
        keep(scanner.segments)
        if droppedBytes == 0, droppedWords == 0, let last = segments.last, !last.isPhrase, !last.isExcluded {
            endsInWord = last.bytes.upperBound == read.utf8.count
        }
    }

    /// At most `maxBytes`, cut between characters (between scalars where one character alone is longer).
    private static func beginning(of query: String) -> String {
        guard query.utf8.count > maxBytes else { return query }
        var scalars = String.UnicodeScalarView()
        var bytes = 0
        // A few scalars more, to see whether the last character goes on.
        for scalar in query.unicodeScalars {
            bytes += UTF8.width(scalar)
            scalars.append(scalar)
            if bytes > maxBytes { break }
        }
        let longer = String(scalars)
        var end = longer.utf8.index(longer.startIndex, offsetBy: maxBytes)
        while end > longer.startIndex, end.samePosition(in: longer.unicodeScalars) == nil {
            end = longer.utf8.index(before: end)
        }
        var character = longer.startIndex
        for index in longer.indices where index <= end { character = index }
        return String(longer[..<(character > longer.startIndex ? character : end)])
    }

    private mutating func keep(_ scanned: [Segment]) {
        var words = 0
        for segment in scanned {
            let ends = Self.wordEnds(segment.text)
            guard words + ends.count > Self.maxWords else {
                words += ends.count
                segments.append(segment)
                continue
            }
            let room = Self.maxWords - words
            words = Self.maxWords
            droppedWords += ends.count - room
            guard room > 0 else { continue }
            var kept = segment
            kept.text = String(segment.text[..<ends[room - 1]])
            kept.bytes = segment.bytes.lowerBound..<segment.bytes.lowerBound + kept.text.utf8.count
            segments.append(kept)
        }
    }

    private static func wordEnds(_ text: String) -> [String.Index] {
        var ends: [String.Index] = []
        var isInWord = false
        for index in text.unicodeScalars.indices {
            let isSpace = text.unicodeScalars[index].properties.isWhitespace
            if isSpace, isInWord { ends.append(index) }
            isInWord = !isSpace
        }
        if isInWord { ends.append(text.endIndex) }
        return ends
    }
}
