internal import Catalog

/// Reads filter expressions.
///
/// ```
/// expression  = and { OR and }
/// and         = not { AND not }
/// not         = NOT not | ( expression ) | condition
/// condition   = field                                  true-like value; in_stock: it is in stock
///             | field EXISTS | field NOT EXISTS
///             | field ( = | != | < | <= | > | >= ) value
///             | field [ = ] value .. value             both ends included; one may be missing
///             | field BETWEEN value AND value
///             | field [ NOT ] IN ( value { , value } )
/// field       = word | quoted
/// value       = number | word | quoted
/// ```
/// Keywords in any case. Words are letters (of any script), digits and `_`, with `.-'&+/%*#@` inside and `"` behind a
/// digit; everything else needs quotes: `"..."`, `'...'`, `“...”`, `‘...’`, `「...」`, with `\` before a quotation mark or a
/// backslash inside.
/// `==`, `<>`, `≠`, `≤`, `≥` and full-width signs are understood.
public struct FilterParser {
    /// The longest expression, in UTF-8 bytes.
    public static let maxBytes = 8_192
    /// How deep parentheses and NOT may nest.
    public static let maxDepth = 64
    /// How many conditions and values an expression may have in all.
    public static let maxValues = 1_000

    private var lexer: FilterLexer
    private var token: FilterLexer.Token
    private var depth = 0
    private var values = 0

    /// Reads an expression.
    ///
    /// - Throws: `FilterError` with the position and what was expected. Never crashes, whatever the input.
    public static func parse(_ expression: String) throws(FilterError) -> Filter {
        let bytes = expression.utf8.count
        guard bytes <= maxBytes else { throw .tooLong(bytes: bytes, limit: maxBytes) }
        var parser = try FilterParser(expression)
        if parser.token.kind == .end { throw .empty }
        let filter = try parser.parseOr()
        guard parser.token.kind == .end else {
            throw parser.unexpected("AND, OR or the end (put values of several words in quotes)")
        }
        return filter
    }

    private init(_ expression: String) throws(FilterError) {
        lexer = FilterLexer(expression)
        token = try lexer.next()
    }

    private mutating func advance() throws(FilterError) {
        token = try lexer.next()
    }

    private func unexpected(_ expected: String) -> FilterError {
        .unexpected(
            found: token.kind == .end ? nil : token.text,
            position: lexer.characters(before: token.start),
            expected: expected
        )
    }

    private mutating func parseOr() throws(FilterError) -> Filter {
        var parts = [try parseAnd()]
        while token.kind == .keyword(.or) {
            try advance()
            parts.append(try parseAnd())
        }
        return .disjunction(parts)
    }

    private mutating func parseAnd() throws(FilterError) -> Filter {
        var parts = [try parseNot()]
        while token.kind == .keyword(.and) {
            try advance()
            parts.append(try parseNot())
        }
        return .conjunction(parts)
    }

    private mutating func parseNot() throws(FilterError) -> Filter {
        let start = token.start
        guard token.kind == .keyword(.not) || token.kind == .open else { return try parseCondition() }
        guard depth < Self.maxDepth else {
            throw .tooDeep(position: lexer.characters(before: start), limit: Self.maxDepth)
        }
        depth += 1
        defer { depth -= 1 }
        let isNegation = token.kind == .keyword(.not)
        try advance()
        if isNegation { return .not(try parseNot()) }
        let inner = try parseOr()
        guard token.kind == .close else {
            if token.kind == .end { throw .unclosedParenthesis(position: lexer.characters(before: start)) }
            throw unexpected("AND, OR or ) (put values of several words in quotes)")
        }
        try advance()
        return inner
    }

    private mutating func parseCondition() throws(FilterError) -> Filter {
        let field = try parseField()
        switch token.kind {
        case .comparison(let comparison):
            try advance()
            return try parseComparison(field, comparison)
        case .notEqual:
            try advance()
            return .not(Self.equality(field, try parseValue(of: field)))
        case .number, .dots:
            return try parseRange(field)
        case .keyword(.between):
            try advance()
            let start = token.start
            let lower = try parseValue(of: field)
            guard token.kind == .keyword(.and) else { throw unexpected("AND and the upper end of the range") }
            try advance()
            return try range(field, lower, try parseValue(of: field), at: start)
        case .keyword(.in):
            try advance()
            return Self.membership(field, try parseList(of: field))
        case .keyword(.exists):
            try advance()
            return .exists(field)
        case .keyword(.not):
            try advance()
            if token.kind == .keyword(.exists) {
                try advance()
                return .not(.exists(field))
            }
            guard token.kind == .keyword(.in) else { throw unexpected("IN or EXISTS after NOT") }
            try advance()
            return .not(Self.membership(field, try parseList(of: field)))
        case .end, .close, .keyword(.and), .keyword(.or):
            return .flag(field)
        case .word, .quoted, .open, .comma, .unknown:
            throw unexpected("=, !=, <, <=, >, >=, IN, BETWEEN, EXISTS or a range after the field name")
        }
    }

    private mutating func parseField() throws(FilterError) -> FilterField {
        let name: String
        switch token.kind {
        case .word(let text): name = text
        case .quoted(let text) where text.contains(where: { !$0.isWhitespace }): name = text
        default: throw unexpected("a field name (in quotes if it is a number, a keyword or has spaces)")
        }
        try count()
        try advance()
        return FilterField(name)
    }

    private mutating func parseValue(of field: FilterField) throws(FilterError) -> FilterValue {
        let value: FilterValue
        switch token.kind {
        case .word(let text), .quoted(let text): value = .text(text)
        case .number(let text): value = .number(text)
        default: throw unexpected("a value (in quotes if it is a keyword or has spaces or signs)")
        }
        if field.standard?.isNumeric == true, value.quantity == nil {
            let position = lexer.characters(before: token.start)
            throw .notNumber(field: field.name, value: value.text, position: position)
        }
        try count()
        try advance()
        return value
    }

    private mutating func count() throws(FilterError) {
        values += 1
        guard values <= Self.maxValues else {
            throw .tooManyValues(position: lexer.characters(before: token.start), limit: Self.maxValues)
        }
    }

    private mutating func parseComparison(
        _ field: FilterField,
        _ comparison: FilterComparison
    ) throws(FilterError) -> Filter {
        guard comparison == .equal else { return .compare(field, comparison, try parseValue(of: field)) }
        if token.kind == .dots { return try parseRange(field) }
        let start = token.start
        let value = try parseValue(of: field)
        return token.kind == .dots ? try parseRangeEnd(field, value, at: start) : Self.equality(field, value)
    }

    /// `10..50`, `10..` or `..50`.
    private mutating func parseRange(_ field: FilterField) throws(FilterError) -> Filter {
        let start = token.start
        if token.kind == .dots {
            try advance()
            return .compare(field, .lessOrEqual, try parseValue(of: field))
        }
        let lower = try parseValue(of: field)
        guard token.kind == .dots else {
            throw unexpected(".. and the upper end of the range (or = before the value)")
        }
        return try parseRangeEnd(field, lower, at: start)
    }

    private mutating func parseRangeEnd(
        _ field: FilterField,
        _ lower: FilterValue,
        at start: Int
    ) throws(FilterError) -> Filter {
        try advance()
        switch token.kind {
        case .word, .quoted, .number: return try range(field, lower, try parseValue(of: field), at: start)
        default: return .compare(field, .greaterOrEqual, lower)
        }
    }

    private func range(
        _ field: FilterField,
        _ lower: FilterValue,
        _ upper: FilterValue,
        at start: Int
    ) throws(FilterError) -> Filter {
        if let low = lower.quantity, let high = upper.quantity, low.unit == high.unit, low.number > high.number {
            throw .emptyRange(lower: lower.text, upper: upper.text, position: lexer.characters(before: start))
        }
        return .range(field, lower, upper)
    }

    private mutating func parseList(of field: FilterField) throws(FilterError) -> [FilterValue] {
        guard token.kind == .open else { throw unexpected("( and a list of values") }
        let start = token.start
        try advance()
        var list = [try parseValue(of: field)]
        while token.kind == .comma {
            try advance()
            list.append(try parseValue(of: field))
        }
        guard token.kind == .close else {
            if token.kind == .end { throw .unclosedParenthesis(position: lexer.characters(before: start)) }
            throw unexpected("a comma or )")
        }
        try advance()
        return list
    }

    /// What `IN` says: for `in_stock` the equality with any of the values.
    private static func membership(_ field: FilterField, _ values: [FilterValue]) -> Filter {
        field.standard == .inStock
            ? .disjunction(values.map { equality(field, $0) }) : .oneOf(field, values)
    }

    /// `in_stock = true` says what the flag says; other fields are compared.
    private static func equality(_ field: FilterField, _ value: FilterValue) -> Filter {
        if field.standard == .inStock {
            if FlagWords.isTrueLike(value.text) { return .flag(field) }
            if FlagWords.isFalseLike(value.text) { return .not(.flag(field)) }
        }
        return .compare(field, .equal, value)
    }
}
