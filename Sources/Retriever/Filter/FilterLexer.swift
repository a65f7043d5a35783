/// Splits a filter expression into tokens.
struct FilterLexer {
    enum Kind: Hashable {
        /// A bare word that is no keyword.
        case word(String)
        case keyword(Keyword)
        case quoted(String)
        /// A number as written.
        case number(String)
        case comparison(FilterComparison)
        case notEqual
        case dots
        case open
        case close
        case comma
        /// A character with no meaning here.
        case unknown(String)
        case end
    }

    enum Keyword: String, CaseIterable {
        case and, or, not, `in`, between, exists
    }

    struct Token {
        var kind: Kind
        /// The first scalar's index in the expression.
        var start: Int
        /// The text as written.
        var text: String
    }

    let scalars: [Unicode.Scalar]
    private var index = 0

    init(_ expression: String) {
        scalars = Array(expression.unicodeScalars)
    }

    /// How many characters lie before a scalar.
    func characters(before scalar: Int) -> Int {
        Self.string(scalars[..<min(scalar, scalars.count)]).count
    }

    mutating func next() throws(FilterError) -> Token {
        while index < scalars.count, Self.isSpace(scalars[index]) { index += 1 }
        let start = index
        guard index < scalars.count else { return Token(kind: .end, start: start, text: "") }
        let kind = try scan()
        return Token(kind: kind, start: start, text: Self.string(scalars[start..<index]))
    }

    private mutating func scan() throws(FilterError) -> Kind {
        let scalar = scalars[index]
        if let closing = Self.quotes[scalar] { return .quoted(try scanQuoted(closing)) }
        if let symbol = scanSymbol() { return symbol }
        if Self.isWord(scalar) || startsNumber { return scanWord() }
        index += 1
        return .unknown(String(scalar))
    }

    private var startsNumber: Bool {
        NumberSyntax.end(in: scalars, from: index) != nil
    }

    private mutating func scanSymbol() -> Kind? {
        let next = index + 1 < scalars.count ? scalars[index + 1] : " "
        let isNextEqual = next == "=" || next == "＝"
        func take(_ count: Int, _ kind: Kind) -> Kind {
            index += count
            return kind
        }
        switch scalars[index] {
        case "(", "（": return take(1, .open)
        case ")", "）": return take(1, .close)
        case ",", "，", "、": return take(1, .comma)
        case "=", "＝": return take(isNextEqual ? 2 : 1, .comparison(.equal))
        case "≠": return take(1, .notEqual)
        case "≤": return take(1, .comparison(.lessOrEqual))
        case "≥": return take(1, .comparison(.greaterOrEqual))
        case "<", "＜":
            if isNextEqual { return take(2, .comparison(.lessOrEqual)) }
            return next == ">" ? take(2, .notEqual) : take(1, .comparison(.less))
        case ">", "＞":
            return isNextEqual ? take(2, .comparison(.greaterOrEqual)) : take(1, .comparison(.greater))
        case "!", "！":
            return isNextEqual ? take(2, .notEqual) : nil
        case "." where next == ".": return take(2, .dots)
        case "…": return take(1, .dots)
        default: return nil
        }
    }

    private mutating func scanQuoted(_ closing: Unicode.Scalar) throws(FilterError) -> String {
        let start = index
        var text = String.UnicodeScalarView()
        index += 1
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == closing {
                index += 1
                return String(text)
            }
            // A backslash escapes quotes and itself; before anything else it is a backslash.
            if scalar == "\\", index + 1 < scalars.count, Self.isEscapable(scalars[index + 1]) { index += 1 }
            text.append(scalars[index])
            index += 1
        }
        throw .unclosedQuote(position: characters(before: start), quote: String(scalars[start]))
    }

    /// A number, or a word of letters, digits and the signs that names have inside.
    private mutating func scanWord() -> Kind {
        let start = index
        if let end = NumberSyntax.end(in: scalars, from: start), end == scalars.count || !Self.continues(scalars, end),
            NumberSyntax.value(of: scalars[start..<end]) != nil
        {
            index = end
            return .number(Self.string(scalars[start..<end]))
        }
        index += 1
        while Self.continues(scalars, index) { index += 1 }
        let text = Self.string(scalars[start..<index])
        if let keyword = Keyword(rawValue: text.lowercased()) { return .keyword(keyword) }
        return .word(text)
    }

    /// Whether the scalar at an index belongs to the word before it.
    ///
    /// Two dots never do: they make a range.
    private static func continues(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index < scalars.count else { return false }
        let scalar = scalars[index]
        if scalar == "." { return index + 1 < scalars.count && isWord(scalars[index + 1]) }
        // An inch mark; behind a letter it is a quotation mark that went astray.
        if scalar == "\"" || scalar == "″" { return index > 0 && ("0"..."9").contains(scalars[index - 1]) }
        return isWord(scalar) || "-'’&+/%*#@".unicodeScalars.contains(scalar)
    }

    /// Letters, digits, underscores and whatever is not ASCII, except for the punctuation that means something here.
    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": return true
        case "（", "）", "，", "、", "＝", "＜", "＞", "！", "≠", "≤", "≥", "…", "“", "”", "‘", "「", "」", "＂": return false
        default: return !scalar.isASCII && !isSpace(scalar) && !isInvisible(scalar)
        }
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar == "\u{FEFF}" || scalar == "\u{200B}"
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }

    private static func isEscapable(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\\" || scalar == "'" || quotes[scalar] != nil || quotes.values.contains(scalar)
    }

    /// Opening quotation marks and what closes each.
    static let quotes: [Unicode.Scalar: Unicode.Scalar] = [
        "\"": "\"", "'": "'", "“": "”", "‘": "’", "「": "」", "＂": "＂",
    ]

    /// Whether a text reads back as one bare word.
    static func isBareWord(_ text: String) -> Bool {
        var lexer = FilterLexer(text)
        guard let token = try? lexer.next(), case .word(let word) = token.kind else { return false }
        return lexer.index == lexer.scalars.count && token.start == 0
            && word.unicodeScalars.elementsEqual(text.unicodeScalars)
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
