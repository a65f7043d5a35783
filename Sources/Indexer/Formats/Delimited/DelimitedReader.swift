/// Reads the rows of a CSV or TSV file.
final class DelimitedReader: RecordReader {
    let columns: ColumnTable
    let layout: RowLayout
    private(set) var notes: [String] = []

    private let window: ByteWindow
    private let limit: Int
    private let dialect: DelimitedDialect
    private var parser: DelimitedParser
    /// Fields a row must have, and may lack at its end because their header cells are empty.
    private let width: Int
    private let unnamedTail: Int
    private var line: Int
    private var ordinal = 0

    /// A reader of the rows from `window` on, which stands behind the header; `firstLine` is the first row's line.
    init(
        window: ByteWindow,
        dialect: DelimitedDialect,
        header: [String],
        firstLine: Int,
        limit: Int,
        layout: RowLayout
    ) {
        self.window = window
        self.dialect = dialect
        self.limit = limit
        self.layout = layout
        columns = ColumnTable(header: header)
        parser = DelimitedParser(dialect: dialect, limit: limit)
        width = header.count
        unnamedTail = header.reversed().prefix { $0.isEmpty }.count
        line = firstLine
    }

    func next(_ record: RawRecord) throws -> RecordStep {
        while true {
            if window.count == 0, try !window.fillMore() { return .end }
            let step = try dialect.delimiter == 9 ? nextTabbed(record) : nextQuoted(record)
            guard let step else { continue }
            return step
        }
    }

    // MARK: Two ways to read a row

    /// Tab-separated files hardly ever quote, and write inches as `"`: a line that fits is taken as it is.
    private func nextTabbed(_ record: RawRecord) throws -> RecordStep? {
        parser.ignoresQuotes = true
        let plain = try parse(record)
        if case .row(let count) = plain, count < limit, fits(record) {
            unquoteWhole(record)
            return accept(record, count)
        }
        let widthOfLine = record.fields.count
        parser.ignoresQuotes = false
        if case .row(let count) = try parse(record), count < limit, fits(record) { return accept(record, count) }
        return try rejectLine(record, .ragged(expected: width, actual: widthOfLine))
    }

    private func nextQuoted(_ record: RawRecord) throws -> RecordStep? {
        var result = try parse(record)
        if parser.sawEscapedQuote, !parser.unescapesBackslash {
            parser.unescapesBackslash = true
            notes.append("quotes are escaped by backslashes (first on line \(line))")
            result = try parse(record)
        }
        if case .row(let count) = result, count < limit, fits(record) {
            guard parser.sawStrayQuote, parser.innerLines > 0, try nextLineIsRow(record) else {
                return accept(record, count)
            }
            return try rejectLine(record, .unclosedQuote)
        }
        if parser.sawBackslashQuote, let step = try retryWithOtherEscape(record) { return step }
        return try rejectUnfit(record, result)
    }

    /// A backslash before a quote at a field's end can be either: whichever gives a whole row is right.
    private func retryWithOtherEscape(_ record: RawRecord) throws -> RecordStep? {
        parser.unescapesBackslash.toggle()
        defer { parser.unescapesBackslash.toggle() }
        guard case .row(let count) = try parse(record), count < limit, fits(record) else { return nil }
        guard !(parser.sawStrayQuote && parser.innerLines > 0) else { return nil }
        return accept(record, count)
    }

    private func rejectUnfit(_ record: RawRecord, _ result: DelimitedParser.Result) throws -> RecordStep? {
        result == .unclosed || result == .incomplete ? try rejectLine(record, .unclosedQuote) : try rejectRagged(record)
    }

    private func rejectRagged(_ record: RawRecord) throws -> RecordStep? {
        guard case .row(let count) = try parse(record) else { return try rejectLine(record, .unclosedQuote) }
        let actual = record.fields.count
        if parser.innerLines > 0 {
            let lines = parser.innerLines + 1
            if parser.sawStrayQuote { return try rejectLine(record, .unclosedQuote) }
            if try nextLineIsRow(record) { return try rejectLine(record, .unclosedQuote) }
            return reject(record, count, lines: lines, .ragged(expected: width, actual: actual))
        }
        return try rejectLine(record, .ragged(expected: width, actual: actual))
    }

    // MARK: Parsing

    /// Parses the row at the window's start, reading on as long as it is incomplete.
    private func parse(_ record: RawRecord) throws -> DelimitedParser.Result {
        while true {
            record.reset()
            let result = parser.parse(window.base, window.count, atEnd: window.atEnd, into: record)
            guard result == .incomplete else { return result }
            if try !window.fillMore(), !window.atEnd { return .unclosed }
        }
    }

    /// Whether the row has the header's number of fields; empty surplus fields are dropped.
    private func fits(_ record: RawRecord) -> Bool {
        while record.fields.count > width, record.fields[record.fields.count - 1].count == 0 {
            record.fields.removeLast()
        }
        return record.fields.count <= width && record.fields.count >= width - unnamedTail
    }

    /// Whether the second physical line is a well-formed row by itself: then the first one's quote was never closed.
    private func nextLineIsRow(_ record: RawRecord) throws -> Bool {
        var probe = DelimitedParser(dialect: dialect, limit: limit)
        probe.unescapesBackslash = parser.unescapesBackslash
        let scratch = RawRecord()
        while true {
            guard let skip = firstLineLength(), skip < window.count else { return false }
            scratch.reset()
            let result = probe.parse(window.base + skip, window.count - skip, atEnd: window.atEnd, into: scratch)
            if result == .incomplete, scratch.fields.count <= width, try window.fillMore() { continue }
            guard case .row = result else { return false }
            return !probe.sawStrayQuote && probe.innerLines == 0 && fits(scratch)
        }
    }

    /// Takes the quotes off fields that are quoted as a whole, in a row that was read without regard to quotes.
    private func unquoteWhole(_ record: RawRecord) {
        let quote = UInt8(ascii: "\"")
        let base = window.base
        for index in record.fields.indices {
            let field = record.fields[index]
            guard field.count >= 2, base[field.start] == quote, base[field.start + field.count - 1] == quote else {
                continue
            }
            let inner = UnsafeBufferPointer(start: base + field.start + 1, count: field.count - 2)
            guard inner.contains(quote) else {
                record.fields.base[index].start += 1
                record.fields.base[index].count -= 2
                continue
            }
            let start = record.scratch.count
            var position = 0
            while position < inner.count {
                record.scratch.append(inner[position])
                let isDoubled = inner[position] == quote && position + 1 < inner.count && inner[position + 1] == quote
                position += isDoubled ? 2 : 1
            }
            record.fields.base[index].isUnescaped = true
            record.fields.base[index].start = start
            record.fields.base[index].count = record.scratch.count - start
        }
    }

    // MARK: Passing on

    private func accept(_ record: RawRecord, _ count: Int) -> RecordStep? {
        let isBlank = record.fields.indices.allSatisfy { index in
            record.bytes(record.fields[index], at: window.base).allSatisfy { $0 == 32 || $0 == 9 }
        }
        locate(record, count, lines: parser.innerLines + 1, counts: !isBlank)
        return isBlank ? nil : .record
    }

    private func reject(_ record: RawRecord, _ count: Int, lines: Int, _ reason: RejectReason) -> RecordStep {
        locate(record, count, lines: lines, counts: true)
        return .malformed(reason)
    }

    /// Rejects the first physical line and goes on with the next one.
    private func rejectLine(_ record: RawRecord, _ reason: RejectReason) throws -> RecordStep? {
        if let length = firstLineLength(), length <= limit {
            if window.bytes.prefix(length).allSatisfy({ $0 <= 32 || $0 == dialect.delimiter }) {
                locate(record, length, lines: 1, counts: false)
                return nil
            }
            return reject(record, length, lines: 1, reason)
        }
        if window.atEnd, window.count <= limit { return reject(record, window.count, lines: 1, reason) }
        // The line is longer than a row may be: keep its beginning, skip the rest.
        let kept = min(window.count, limit)
        record.keep(window.base, kept)
        let step = RejectReason.tooLarge(bytes: window.count, limit: limit)
        let offset = window.offset
        while firstLineLength() == nil {
            window.consume(window.count)
            if try !window.fillMore() { break }
        }
        window.consume(firstLineLength() ?? window.count)
        ordinal += 1
        record.locate(line: line, ordinal: ordinal, offset: offset)
        line += 1
        return .malformed(step)
    }

    private func firstLineLength() -> Int? {
        window.firstIndex(of: dialect.endsWithCarriageReturn ? 13 : 10, from: 0).map { $0 + 1 }
    }

    private func locate(_ record: RawRecord, _ count: Int, lines: Int, counts: Bool) {
        if counts { ordinal += 1 }
        record.base = window.base
        record.count = count
        record.locate(line: line, ordinal: ordinal, offset: window.offset)
        window.consume(count)
        line += lines
    }
}
