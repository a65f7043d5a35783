/// Cuts one row of a delimited file into fields.
///
/// RFC 4180 with what dumps really hold: quotes inside of quoted fields, `\"`, blanks around quoted fields, any line
/// end. Stateless but for what the last row showed.
struct DelimitedParser {
    let dialect: DelimitedDialect
    /// The most bytes a row may have.
    let limit: Int
    /// Read `\"` inside quoted fields as a quote.
    var unescapesBackslash = false
    /// Take quotes as ordinary characters: the row ends with its line.
    var ignoresQuotes = false

    /// The last row had a quote inside of a quoted field that is neither doubled nor at its end.
    private(set) var sawStrayQuote = false
    /// The last row had `\"` where it can only be an escape.
    private(set) var sawEscapedQuote = false
    /// The last row had `\"` or `\\"` at all.
    private(set) var sawBackslashQuote = false
    /// Line ends inside of the last row's quoted fields.
    private(set) var innerLines = 0

    enum Result: Equatable {
        /// A row of this many bytes, line end included.
        case row(Int)
        /// The window ends before the row does.
        case incomplete
        /// A quoted field does not end within the limit.
        case unclosed
    }

    /// Once a stray quote was seen in a field over several lines, it is more likely an unclosed quote than text.
    private static let doubtfulLimit = 64 << 10

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    init(dialect: DelimitedDialect, limit: Int) {
        self.dialect = dialect
        self.limit = limit
    }

    /// Parses the row at `base`; fields are appended to `record`, columns numbered from 0.
    mutating func parse(_ base: UnsafePointer<UInt8>, _ count: Int, atEnd: Bool, into record: RawRecord) -> Result {
        sawStrayQuote = false
        sawEscapedQuote = false
        sawBackslashQuote = false
        innerLines = 0
        let delimiter = dialect.delimiter
        let lineEnd: UInt8 = dialect.endsWithCarriageReturn ? 13 : 10
        var position = 0
        var column: Int32 = 0
        while true {
            if !ignoresQuotes, let opening = openingQuote(base, position, count, delimiter) {
                switch parseQuoted(base, opening + 1, count, atEnd: atEnd, column: column, into: record) {
                case .incomplete: return .incomplete
                case .unclosed: return .unclosed
                case .row(let next): position = next
                }
            } else {
                let start = position
                while position < count, base[position] != delimiter, base[position] != lineEnd { position += 1 }
                if position == count, !atEnd { return count >= limit ? .row(count) : .incomplete }
                var end = position
                if end > start, base[end - 1] == 13, position == count || base[position] == lineEnd { end -= 1 }
                record.fields.append(
                    FieldSlice(column: column, kind: .text, isUnescaped: false, start: start, count: end - start)
                )
            }
            if position >= count { return .row(count) }
            let isDelimiter = base[position] == delimiter
            position += 1
            if !isDelimiter { return .row(position) }
            column += 1
        }
    }

    /// Where the field's opening quote is, blanks before it allowed; nil for an unquoted field.
    @inline(__always)
    private func openingQuote(
        _ base: UnsafePointer<UInt8>,
        _ start: Int,
        _ count: Int,
        _ delimiter: UInt8
    ) -> Int? {
        var position = start
        while position < count, base[position] == 32 || (base[position] == 9 && delimiter != 9) { position += 1 }
        return position < count && base[position] == Self.quote ? position : nil
    }

    /// Parses from behind the opening quote; the result's number is the position of the delimiter or line end after.
    private mutating func parseQuoted(
        _ base: UnsafePointer<UInt8>,
        _ start: Int,
        _ count: Int,
        atEnd: Bool,
        column: Int32,
        into record: RawRecord
    ) -> Result {
        var position = start
        // Bytes before `copied` are in scratch already, when any had to be unescaped.
        var copied = start
        let scratchStart = record.scratch.count
        let lineEnd: UInt8 = dialect.endsWithCarriageReturn ? 13 : 10
        while true {
            while position < count, base[position] != Self.quote {
                if base[position] == lineEnd { innerLines += 1 }
                position += 1
            }
            guard position < count else {
                if !atEnd, count < limit { return .incomplete }
                return .unclosed
            }
            if sawStrayQuote, innerLines > 0, position > Self.doubtfulLimit { return .unclosed }
            let backslashes = trailingBackslashes(base, start, position)
            if backslashes > 0 {
                guard position + 1 < count || atEnd else { return .incomplete }
                sawBackslashQuote = true
                let next = position + 1 < count ? base[position + 1] : lineEnd
                let canClose = next == dialect.delimiter || next == 10 || next == 13 || next == Self.quote
                if backslashes % 2 == 1, !canClose { sawEscapedQuote = true }
                if unescapesBackslash {
                    // k backslashes before a quote stand for k / 2 of them, and an odd one escapes the quote.
                    let kept = position - backslashes + backslashes / 2
                    record.scratch.append(base + copied, kept - copied)
                    copied = position
                    if backslashes % 2 == 1 {
                        position += 1
                        continue
                    }
                }
            }
            guard position + 1 < count || atEnd else { return .incomplete }
            if position + 1 < count, base[position + 1] == Self.quote {
                record.scratch.append(base + copied, position + 1 - copied)
                position += 2
                copied = position
                continue
            }
            switch closing(base, position + 1, count, atEnd: atEnd) {
            case .incomplete: return .incomplete
            case .unclosed:
                sawStrayQuote = true
                position += 1
            case .row(let next):
                append(base, copied, position, start, scratchStart, column, to: record)
                return .row(next)
            }
        }
    }

    @inline(__always)
    private func append(
        _ base: UnsafePointer<UInt8>,
        _ copied: Int,
        _ end: Int,
        _ start: Int,
        _ scratchStart: Int,
        _ column: Int32,
        to record: RawRecord
    ) {
        guard copied > start else {
            record.fields.append(
                FieldSlice(column: column, kind: .text, isUnescaped: false, start: start, count: end - start)
            )
            return
        }
        record.scratch.append(base + copied, end - copied)
        let length = record.scratch.count - scratchStart
        record.fields.append(
            FieldSlice(column: column, kind: .text, isUnescaped: true, start: scratchStart, count: length)
        )
    }

    /// Whether the field ends behind a quote (blanks allowed): `row` with the position of what ends it.
    private func closing(_ base: UnsafePointer<UInt8>, _ start: Int, _ count: Int, atEnd: Bool) -> Result {
        var position = start
        while position < count, base[position] == 32 { position += 1 }
        guard position < count else { return atEnd ? .row(count) : .incomplete }
        let byte = base[position]
        if byte == dialect.delimiter || byte == 10 || (byte == 13 && dialect.endsWithCarriageReturn) {
            return .row(position)
        }
        guard byte == 13 else { return .unclosed }
        guard position + 1 < count else { return atEnd ? .row(count) : .incomplete }
        return base[position + 1] == 10 ? .row(position + 1) : .unclosed
    }

    @inline(__always)
    private func trailingBackslashes(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        var position = end
        while position > start, base[position - 1] == Self.backslash { position -= 1 }
        return end - position
    }
}
