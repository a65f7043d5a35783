internal import Catalog

/// A query token with its forms in each of the index's languages.
struct AnalyzedToken {
    let token: Token
    /// Distinct texts, the first language's first.
    var forms: [[UInt8]]
    /// The text before stemming, where that is none of the forms and the index has it: in codes, which are not stemmed.
    var asWritten: [UInt8]?

    var term: PlannedTerm { PlannedTerm(anyOf: forms + (asWritten.map { [$0] } ?? [])) }
}

/// The tokens of one of the shopper's words.
struct AnalyzedUnit {
    let unit: Int
    /// The text that was analyzed.
    let source: String
    var tokens: [AnalyzedToken]

    private var isCompound: Bool { tokens.contains { $0.token.kinds.contains(.code) } }
    var isIdeographic: Bool {
        tokens.contains { !$0.token.kinds.isDisjoint(with: [.bigram, .unigram]) }
    }

    /// Whether another unit goes on where this one ends, in the same run of Han, Kana, Hangul or Thai.
    func runs(into next: AnalyzedUnit) -> Bool {
        guard !isCompound, !next.isCompound, isIdeographic == next.isIdeographic else { return false }
        // A bigram across a word's end reaches into the next word.
        let reach = tokens.map(\.token.range.upperBound).max() ?? 0
        return next.tokens.contains { $0.token.range.lowerBound <= reach }
    }

    /// Whether it stands straight behind a number or code: the 码 of 42码, the 装 of 500g装.
    func counts(_ previous: AnalyzedUnit) -> Bool {
        previous.range.upperBound == range.lowerBound
            && (previous.isCompound || previous.text.last?.isNumber == true)
    }

    /// The word as typed.
    var text: String {
        String(decoding: Array(source.utf8)[range], as: UTF8.self)
    }

    /// Where the word stands in the source.
    var range: Range<Int> {
        guard let start = tokens.map(\.token.range.lowerBound).min(), let end = wordEnd else { return 0..<0 }
        return start..<end
    }

    /// A bigram across a word's end reaches into the next word.
    private var wordEnd: Int? {
        tokens.filter { !$0.token.kinds.contains(.crossing) }.map(\.token.range.upperBound).max()
            ?? tokens.map(\.token.range.lowerBound).max()
    }

    /// What synonyms are looked up by: the joined code, the whole word, or its adjacent bigrams.
    var key: [[UInt8]] {
        if let whole = tokens.first(where: { $0.token.kinds.contains(.code) }) { return [whole.forms[0]] }
        if let first = alternatives.first { return first.map { $0.forms[0] } }
        // A word of one character inside a run: its bigrams into the next word.
        return tokens.filter { $0.token.kinds.contains(.crossing) }.map { $0.forms[0] }
    }

    /// Each: tokens that together stand for the word.
    var alternatives: [[AnalyzedToken]] {
        if isCompound {
            let whole = tokens.filter { $0.token.kinds.contains(.code) }
            var parts: [AnalyzedToken] = []
            for token in tokens where token.token.position != parts.last?.token.position { parts.append(token) }
            let isWhole = parts.count == 1 && whole.contains { $0.forms == parts[0].forms }
            return whole.map { [$0] } + (isWhole ? [] : [parts])
        }
        if isIdeographic {
            let inside = tokens.filter { $0.token.kinds.contains(.bigram) && !$0.token.kinds.contains(.crossing) }
            return inside.isEmpty ? [] : [inside]
        }
        return words
    }

    /// A word; typed in capitals, a code that is spelled so stands beside it with a weight of its own.
    private var words: [[AnalyzedToken]] {
        guard tokens.count == 1, let written = tokens[0].asWritten, text.count > 1, text == text.uppercased() else {
            return [tokens]
        }
        let token = tokens[0].token
        return [
            [AnalyzedToken(token: token, forms: tokens[0].forms)], [AnalyzedToken(token: token, forms: [written])],
        ]
    }

    /// The tokens whose scores count.
    var scored: [AnalyzedToken] {
        if !isIdeographic { return isCompound ? tokens : words.flatMap { $0 } }
        // The last character alone says little beside the word's bigrams.
        let longer = tokens.filter { !$0.token.kinds.contains(.unigram) }
        return longer.isEmpty ? tokens : longer
    }

    /// A single character inside a longer run only adds to the score: no index term stands for it alone.
    var isRequired: Bool { !alternatives.isEmpty }

    var isSingleIdeograph: Bool { tokens.count == 1 && tokens[0].token.kinds.contains(.unigram) }

    /// A word of letters of a spaced script.
    var isPlainWord: Bool { !isCompound && !isIdeographic && tokens.count == 1 }

    /// The last token as typed so far, folded but not stemmed; nil where the word is not spelled letter by letter.
    func unstemmed(_ analyzer: Analyzer) -> [UInt8]? {
        let plain = analyzer.analyze(text, language: .none)
        return plain.last { !$0.kinds.contains(.codeJoin) }.map { Array($0.text.utf8) }
    }
}
