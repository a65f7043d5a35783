/// The first row of a delimited file: names of columns, or already data.
struct DelimitedHeader {
    var names: [String]
    /// False when the first row is data and the names are made up.
    var isPresent: Bool
    /// The bytes up to and with the header line, and the lines that takes.
    var length: Int
    var lines: Int

    /// Reads the header at the beginning of `text`; nil when there is no row.
    ///
    /// `isPresent` says whether the first row is one; nil: its cells are looked at.
    static func read(
        _ text: UnsafeBufferPointer<UInt8>,
        _ dialect: DelimitedDialect,
        map: [FieldMapping],
        isPresent: Bool? = nil
    ) -> DelimitedHeader? {
        guard let base = text.baseAddress else { return nil }
        let record = RawRecord()
        var parser = DelimitedParser(dialect: dialect, limit: text.count + 1)
        var position = 0
        var lines = 0
        if dialect.hasSeparatorLine {
            position = (text.firstIndex(of: dialect.endsWithCarriageReturn ? 13 : 10) ?? text.count - 1) + 1
            lines = 1
        }
        while position < text.count {
            record.reset()
            record.base = base + position
            let result = parser.parse(base + position, text.count - position, atEnd: true, into: record)
            guard case .row(let length) = result else { return nil }
            let cells = record.fields.indices.map { trimmed(record.bytes(record.fields[$0])) }
            if cells.allSatisfy({ $0.isEmpty }) {
                position += length
                lines += parser.innerLines + 1
                continue
            }
            guard isPresent ?? isHeader(cells, map) else {
                let names = cells.indices.map { "column \($0 + 1)" }
                return DelimitedHeader(names: names, isPresent: false, length: position, lines: lines)
            }
            return DelimitedHeader(
                names: cells,
                isPresent: true,
                length: position + length,
                lines: lines + parser.innerLines + 1
            )
        }
        return nil
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var text = Substring(String(decoding: bytes, as: UTF8.self))
        while let first = text.first, first.isWhitespace || first == "\u{feff}" { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Headers have known words, and no cells that are numbers, addresses or long texts.
    private static func isHeader(_ cells: [String], _ map: [FieldMapping]) -> Bool {
        if Feed.recognize(cells) != nil { return true }
        let named = cells.contains { cell in map.contains { $0.column == .named(cell) && Int(cell) == nil } }
        if named { return true }
        let known = cells.count { FieldNames.field(for: FieldNames.normalize($0)) != nil }
        let filled = cells.filter { !$0.isEmpty }
        let looksLikeData =
            filled.contains { Double($0) != nil || $0.hasPrefix("http") || $0.count > 60 }
            || Set(filled).count < filled.count
        return known > 1 || (known == 1 && !looksLikeData) || !looksLikeData
    }
}

/// Guesses the identifier and the title of a file that names no columns.
enum HeaderlessGuess {
    /// Mappings for what the user did not map: the first column that never repeats, and the one with the longest texts.
    static func map(_ names: [String], _ samples: [ColumnSample], given: [FieldMapping]) -> [FieldMapping] {
        var map: [FieldMapping] = []
        let mappedFields = Set(given.map(\.field))
        let texts = names.indices.filter { samples[$0].filled > 0 && 2 * samples[$0].numbers < samples[$0].filled }
        let title = texts.filter { samples[$0].addresses == 0 && 2 * samples[$0].distinct.count >= samples[$0].filled }
            .max { samples[$0].meanLength < samples[$1].meanLength }
        let most = samples.map(\.filled).max() ?? 0
        let id = names.indices.first {
            $0 != title && samples[$0].filled == most && samples[$0].isUnique && samples[$0].meanLength <= 40
        }
        if !mappedFields.contains(.title), let title { map.append(FieldMapping(.title, .named(names[title]))) }
        if !mappedFields.contains(.id), let id { map.append(FieldMapping(.id, .named(names[id]))) }
        return map
    }
}
