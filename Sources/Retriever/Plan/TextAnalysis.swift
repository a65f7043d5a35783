public import Catalog

/// What the analyzer makes of a text, for people who wonder why something is found or is not.
public struct TextAnalysis {
    /// One token with its reasons.
    public struct Token: Sendable, Encodable {
        /// As it stands in the index.
        public let token: String
        /// The part of the text it stands for.
        public let text: String
        /// Byte offsets of that part.
        public let start: Int
        /// Where the token ends in the text, in bytes; the byte there is not part of it.
        public let end: Int
        /// Tokens with equal positions stand in the same place.
        public let position: Int
        /// The word of the text it belongs to, counted from 0.
        public let unit: Int
        /// word, bigram, unigram, code, code join, code part, stem, crossing, synonym.
        public let why: [String]
    }

    /// The tokens in the order of the text.
    public private(set) var tokens: [Token] = []

    /// Analyzes `text` as `language`; nil: as its own.
    public init(text: String, language: Language?) throws {
        let analyzer = try Analyzer()
        var detector = LanguageDetector(analyzer: analyzer, fallback: .english)
        detector.add(text)
        add(text, [language ?? detector.language], analyzer)
    }

    /// Analyzes `text` as a query to an index.
    init(query text: String, languages: [Language], synonyms: SynonymTable, session: IndexSession) {
        add(text, languages, session.analyzer)
        let planner = QueryPlanner(session: session, languages: languages, synonyms: synonyms)
        for (range, token) in planner.synonyms(in: text) {
            let bytes = Array(text.utf8)
            tokens.append(
                Token(
                    token: String(decoding: token, as: UTF8.self),
                    text: String(decoding: bytes[range], as: UTF8.self),
                    start: range.lowerBound,
                    end: range.upperBound,
                    position: 0,
                    unit: 0,
                    why: ["synonym"]
                )
            )
        }
    }

    private mutating func add(_ text: String, _ languages: [Language], _ analyzer: Analyzer) {
        let bytes = Array(text.utf8)
        var seen: Set<String> = []
        for language in languages {
            for token in analyzer.analyze(text, language: language)
            where seen.insert("\(token.range) \(token.text)").inserted {
                tokens.append(
                    Token(
                        token: token.text,
                        text: String(decoding: bytes[token.range], as: UTF8.self),
                        start: token.range.lowerBound,
                        end: token.range.upperBound,
                        position: token.position,
                        unit: token.unit,
                        why: token.kinds.names
                    )
                )
            }
        }
        tokens.sort { ($0.position, $0.start) < ($1.position, $1.start) }
    }
}
