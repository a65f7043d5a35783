/// What the first records of a file show about one column.
struct ColumnSample {
    /// Records with a value.
    private(set) var filled = 0
    private(set) var distinct: Set<String> = []
    /// Values that are addresses (`https://..`).
    private(set) var addresses = 0
    /// Values that are numbers and nothing else.
    private(set) var numbers = 0
    private(set) var totalLength = 0
    private var decimalCommas = 0
    private var decimalPoints = 0

    init() {}

    /// Adds one value.
    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] <= 32 { start += 1 }
        while end > start, bytes[end - 1] <= 32 { end -= 1 }
        guard start < end, !NullWords.contains(bytes, start..<end) else { return }
        let value = String(decoding: bytes[start..<min(end, start + 500)], as: UTF8.self)
        filled += 1
        totalLength += value.count
        if distinct.count < 1000 { distinct.insert(value) }
        if value.hasPrefix("http://") || value.hasPrefix("https://") || value.hasPrefix("//") { addresses += 1 }
        let trimmed = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if PriceParser.plainNumber(trimmed) != nil { numbers += 1 }
        switch PriceParser.decimalMark(in: trimmed) {
        case .comma: decimalCommas += 1
        case .point: decimalPoints += 1
        case nil: break
        }
    }

    /// What its numbers have before their decimals, nil where they show nothing or disagree.
    var decimals: DecimalMark? {
        if decimalCommas > 9 * decimalPoints { return .comma }
        return decimalPoints > 9 * decimalCommas ? .point : nil
    }

    /// Whether no value came twice.
    var isUnique: Bool { distinct.count == filled }

    var meanLength: Double { filled == 0 ? 0 : Double(totalLength) / Double(filled) }

    /// Reads up to `limit` records from a reader over a file's head.
    ///
    /// - Returns: One sample per column, and the number of records.
    static func take(_ reader: any RecordReader, limit: Int) -> (columns: [ColumnSample], records: Int) {
        var samples: [ColumnSample] = []
        var records = 0
        let record = RawRecord()
        while records < limit, let step = try? reader.next(record) {
            if case .end = step { break }
            switch step {
            case .record: records += 1
            case .context: break
            case .skipped, .malformed, .end: continue
            }
            while samples.count < reader.columns.count { samples.append(ColumnSample()) }
            for index in record.fields.indices {
                let field = record.fields[index]
                samples[Int(field.column)].add(record.bytes(field))
            }
        }
        while samples.count < reader.columns.count { samples.append(ColumnSample()) }
        return (samples, records)
    }
}

/// Words that exports write where there is no value.
enum NullWords {
    /// Whether the bytes in `range` are such a word.
    static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count <= 4 else { return false }
        switch range.count {
        case 2: return bytes[range.lowerBound] == UInt8(ascii: "\\") && bytes[range.lowerBound + 1] == UInt8(ascii: "N")
        case 3: return isOne(of: ["nan", "NaN", "NAN"], bytes, range)
        case 4: return isOne(of: ["null", "NULL", "Null", "None"], bytes, range)
        default: return false
        }
    }

    private static func isOne(of words: [StaticString], _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>)
        -> Bool
    {
        words.contains { word in
            (0..<range.count).allSatisfy { word.utf8Start[$0] == bytes[range.lowerBound + $0] }
        }
    }
}
