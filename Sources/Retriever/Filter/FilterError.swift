/// Why a filter expression cannot be read.
///
/// Positions count characters from 0.
public enum FilterError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case tooLong(bytes: Int, limit: Int)
    /// Parentheses or NOTs are nested too deep.
    case tooDeep(position: Int, limit: Int)
    /// More conditions and values than allowed.
    case tooManyValues(position: Int, limit: Int)
    /// A quotation mark that is never closed.
    case unclosedQuote(position: Int, quote: String)
    /// A parenthesis that is never closed.
    case unclosedParenthesis(position: Int)
    /// Something else stands where `expected` should; `found` is nil at the end of the expression.
    case unexpected(found: String?, position: Int, expected: String)
    /// The lower end of a range is above the upper one.
    case emptyRange(lower: String, upper: String, position: Int)
    /// A field of numbers is compared with a value that is none.
    case notNumber(field: String, value: String, position: Int)

    /// Where in the expression, in characters from 0; nil if it concerns the whole.
    public var position: Int? {
        switch self {
        case .empty, .tooLong: return nil
        case .tooDeep(let position, _), .tooManyValues(let position, _), .unclosedQuote(let position, _),
            .unclosedParenthesis(let position), .unexpected(_, let position, _), .emptyRange(_, _, let position),
            .notNumber(_, _, let position):
            return position
        }
    }

    /// One line: where, what is wrong, what to write instead.
    ///
    /// Positions are shown counted from 1.
    public var description: String {
        switch self {
        case .empty:
            return "The filter is empty. Write a condition, for example brand = \"Sony\" AND price < 300."
        case .tooLong(let bytes, let limit):
            return "The filter has \(bytes) bytes; at most \(limit) are read. Shorten it, or use IN (...) for lists."
        case .tooDeep(let position, let limit):
            return "Filter, character \(position + 1): parentheses and NOT are nested more than \(limit) deep. "
                + "Flatten the expression."
        case .tooManyValues(let position, let limit):
            return "Filter, character \(position + 1): there are more than \(limit) conditions and values. Use fewer."
        case .unclosedQuote(let position, let quote):
            return "Filter, character \(position + 1): the quotation mark \(quote) is never closed. "
                + "Close it, or write \\\(quote) for a quotation mark inside a value."
        case .unclosedParenthesis(let position):
            return "Filter, character \(position + 1): this parenthesis is never closed. Add a )."
        case .unexpected(let found, let position, let expected):
            let what = found.map { "found \($0)" } ?? "the filter ends"
            return "Filter, character \(position + 1): \(what); expected \(expected)."
        case .emptyRange(let lower, let upper, let position):
            return "Filter, character \(position + 1): the range \(lower)..\(upper) is empty. "
                + "Write the smaller number first."
        case .notNumber(let field, let value, let position):
            return "Filter, character \(position + 1): \"\(value)\" is no number, and \(field) is compared with "
                + "numbers. Write a number such as 300."
        }
    }

    /// Two lines for a terminal: the expression (the part around the position when it is long) and a caret under it.
    ///
    /// - Parameters:
    ///   - expression: What was parsed.
    ///   - width: Terminal columns to use at most; at least 20 are used.
    /// - Returns: nil where there is no position.
    public func caret(in expression: String, width: Int = 100) -> String? {
        guard let position else { return nil }
        let width = max(width, 20)
        // One column or two each: white space and control characters would move the caret.
        let characters = expression.map { character -> Character in
            DisplayWidth.of(character) == 0 || character.isWhitespace || character.isNewline ? " " : character
        }
        let at = min(max(position, 0), characters.count)
        var start = at
        var before = 0
        while start > 0, before + DisplayWidth.of(characters[start - 1]) <= width * 2 / 3 {
            start -= 1
            before += DisplayWidth.of(characters[start])
        }
        var end = at
        var total = before
        while end < characters.count, total + DisplayWidth.of(characters[end]) <= width - 2 {
            total += DisplayWidth.of(characters[end])
            end += 1
        }
        let left = start > 0 ? "…" : ""
        let right = end < characters.count ? "…" : ""
        let line = left + String(characters[start..<end]) + right
        return line + "\n" + String(repeating: " ", count: before + left.count) + "^"
    }
}
