/// How a delimited file is written.
struct DelimitedDialect: Equatable {
    var delimiter: UInt8
    /// Rows end with a lone carriage return (old Macintosh exports).
    var endsWithCarriageReturn = false
    /// The file starts with Excel's `sep=;` line.
    var hasSeparatorLine = false

    /// The delimiters looked for, most likely first.
    static let candidates: [UInt8] = [UInt8(ascii: ","), 9, UInt8(ascii: ";"), UInt8(ascii: "|")]

    /// Recognizes the dialect from the file's head; nil when no delimiter gives a table.
    ///
    /// Each candidate parses the head; the one under which most rows agree with the first one's number of fields wins,
    /// the larger number of fields breaking ties.
    static func sniff(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool, prefersTab: Bool) -> DelimitedDialect? {
        let lineFeed = UInt8(ascii: "\n")
        let carriageReturn = UInt8(ascii: "\r")
        let isOld = !head.contains(lineFeed) && head.contains(carriageReturn)
        if let named = separatorLine(head) {
            return DelimitedDialect(delimiter: named, endsWithCarriageReturn: isOld, hasSeparatorLine: true)
        }
        var best: (dialect: DelimitedDialect, score: Double)?
        for delimiter in candidates {
            let dialect = DelimitedDialect(delimiter: delimiter, endsWithCarriageReturn: isOld)
            let widths = rowWidths(head, dialect, isWhole: isWhole)
            guard let first = widths.first, first > 1 else { continue }
            let agreeing = Double(widths.count { $0 == first }) / Double(widths.count)
            let bonus = delimiter == 9 && prefersTab ? 0.5 : 0
            let score = agreeing + min(Double(first), 50) / 200 + bonus
            if best.map({ score > $0.score }) ?? true { best = (dialect, score) }
        }
        return best?.dialect
    }

    private static func separatorLine(_ head: UnsafeBufferPointer<UInt8>) -> UInt8? {
        let prefix = Array("sep=".utf8)
        guard head.count > 5, zip(head, prefix).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { return nil }
        let ends = head[5] == 10 || head[5] == 13
        return ends ? head[4] : nil
    }

    private static func rowWidths(
        _ head: UnsafeBufferPointer<UInt8>,
        _ dialect: DelimitedDialect,
        isWhole: Bool
    ) -> [Int] {
        guard let base = head.baseAddress else { return [] }
        let record = RawRecord()
        var parser = DelimitedParser(dialect: dialect, limit: head.count + 1)
        var position = 0
        var widths: [Int] = []
        while widths.count < 50, position < head.count {
            record.reset()
            let result = parser.parse(base + position, head.count - position, atEnd: isWhole, into: record)
            guard case .row(let consumed) = result else { break }
            position += consumed
            if record.fields.count == 1, record.fields[0].count == 0 { continue }
            widths.append(record.fields.count)
        }
        return widths
    }
}
