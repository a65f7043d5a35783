/// Reads products from JSON lines, from values one after the other, or from the elements of an array.
final class JSONReader: RecordReader {
    let columns = ColumnTable()
    let layout: RowLayout
    private(set) var notes: [String] = []

    private let name: String
    private let window: ByteWindow
    private let limit: Int
    private let arrangement: JSONArrangement
    private let flattener: JSONFlattener
    private let tape = JSONTape()
    private var line = 1
    private var ordinal = 0
    private var isInArray = false
    /// What was found in the last value and not yet passed on (JSON-LD graphs hold several products), last first.
    private var pending: [LinkedData.Item] = []
    private var pendingText: (base: UnsafePointer<UInt8>, line: Int, offset: Int)?
    /// Up to which byte of that value lines were counted, and how many there are: items come nearly in order.
    private var counted = (bytes: 0, lines: 0)

    /// A reader of a file at whose first byte `window` stands.
    init(window: ByteWindow, name: String, arrangement: JSONArrangement, limit: Int) {
        self.window = window
        self.name = name
        self.arrangement = arrangement
        self.limit = limit
        flattener = JSONFlattener(columns: columns)
        if case .array(let start) = arrangement {
            layout = RowLayout(prologue: Array("[\n".utf8), separator: Array(",\n".utf8), epilogue: Array("\n]\n".utf8))
            skip(start)
        } else {
            layout = RowLayout()
        }
    }

    func next(_ record: RawRecord) throws -> RecordStep {
        if !pending.isEmpty { return passPending(record) }
        while true {
            let step =
                switch arrangement {
                case .lines: try nextLine(record)
                case .values: try nextValue(record)
                case .array: try nextElement(record)
                }
            if let step { return step }
        }
    }

    // MARK: Arrangements

    private func nextLine(_ record: RawRecord) throws -> RecordStep? {
        while true {
            if let end = window.firstIndex(of: 10, from: 0) { return pass(record, end + 1) }
            guard window.count < limit else { return try rejectLongLine(record) }
            guard try window.fillMore() else { break }
        }
        return window.count == 0 ? .end : pass(record, window.count)
    }

    private func nextValue(_ record: RawRecord) throws -> RecordStep? {
        guard try skipSeparators(commas: false) != nil else { return .end }
        switch try measure() {
        case .value(let count):
            return pass(record, count)
        default:
            // Unbalanced: this line is bad, the next object starts at a line's beginning.
            return try rejectToNextObject(record, indent: 0)
        }
    }

    private func nextElement(_ record: RawRecord) throws -> RecordStep? {
        while true {
            guard let byte = try skipSeparators(commas: isInArray) else {
                guard isInArray else { return .end }
                throw DumpError.brokenDocument(file: name, line: line, problem: "the JSON array is never closed")
            }
            if !isInArray {
                guard byte == UInt8(ascii: "[") else { return .end }
                isInArray = true
                skip(1)
            } else if byte == UInt8(ascii: "]") {
                isInArray = false
                skip(1)
            } else {
                break
            }
        }
        switch try measure() {
        case .value(let count): return pass(record, count)
        case .openString: return try rejectToNextObject(record, indent: column)
        case .incomplete:
            let problem = "an element is never closed, or longer than \(limit) bytes"
            throw DumpError.brokenDocument(file: name, line: line, problem: problem)
        }
    }

    /// Blanks before the current value on its line.
    private var column = 0

    // MARK: Cutting

    private func measure() throws -> JSONExtent.Result {
        while true {
            let result = JSONExtent.measure(window.base, window.count, atEnd: window.atEnd)
            guard result == .incomplete, window.count < limit, try window.fillMore() || window.atEnd else {
                return result
            }
            if window.atEnd { return JSONExtent.measure(window.base, window.count, atEnd: true) }
        }
    }

    /// Skips white space (and commas); the byte after it, nil at the end.
    private func skipSeparators(commas: Bool) throws -> UInt8? {
        while true {
            var position = 0
            let bytes = window.bytes
            while position < bytes.count {
                switch bytes[position] {
                case 10: column = 0
                case 32, 9: column += 1
                case 13: break
                case UInt8(ascii: ",") where commas: column += 1
                default:
                    skip(position)
                    return window.base[0]
                }
                position += 1
            }
            skip(position)
            guard try window.fillMore() else { return nil }
        }
    }

    /// Consumes bytes that belong to no record.
    private func skip(_ count: Int) {
        line += window.lineFeeds(in: count)
        window.consume(count)
    }

    /// Rejects from here to the next line that opens an object where products open.
    private func rejectToNextObject(_ record: RawRecord, indent: Int) throws -> RecordStep? {
        var from = 0
        while true {
            let bytes = window.bytes
            if let end = window.firstIndex(of: 10, from: from) {
                var next = end + 1
                while next < bytes.count, bytes[next] == 32 || bytes[next] == 9 { next += 1 }
                if next < bytes.count || window.atEnd {
                    // A bad last element is followed by the array's end.
                    let isStart =
                        next < bytes.count
                        && (bytes[next] == UInt8(ascii: "{") || (isInArray && bytes[next] == UInt8(ascii: "]")))
                    let opens = isStart && next - end - 1 <= indent
                    if opens || end > limit || next >= bytes.count { return rejectPart(record, end + 1) }
                    from = end + 1
                    continue
                }
            }
            if window.count > limit { return rejectPart(record, window.count) }
            guard try window.fillMore() else { return rejectPart(record, window.count) }
        }
    }

    private func rejectPart(_ record: RawRecord, _ count: Int) -> RecordStep {
        locate(record, count)
        var length = count
        while length > 0, [10, 13, 32, UInt8(ascii: ",")].contains(record.base[length - 1]) { length -= 1 }
        record.count = length
        do {
            try tape.parse(UnsafeBufferPointer(start: record.base, count: length))
            return .malformed(.malformedJSON(problem: "the value is never closed", offset: length))
        } catch {
            return .malformed(.malformedJSON(problem: error.problem, offset: error.offset))
        }
    }

    private func rejectLongLine(_ record: RawRecord) throws -> RecordStep {
        ordinal += 1
        record.keep(window.base, min(window.count, limit))
        record.locate(line: line, ordinal: ordinal, offset: window.offset)
        let reason = RejectReason.tooLarge(bytes: window.count, limit: limit)
        while window.firstIndex(of: 10, from: 0) == nil {
            window.consume(window.count)
            guard try window.fillMore() else { return .malformed(reason) }
        }
        skip((window.firstIndex(of: 10, from: 0) ?? 0) + 1)
        return .malformed(reason)
    }

    private func locate(_ record: RawRecord, _ count: Int) {
        ordinal += 1
        record.reset()
        record.base = window.base
        record.count = count
        record.locate(line: line, ordinal: ordinal, offset: window.offset)
        skip(count)
    }

    // MARK: Parsing

    /// Parses the first `count` bytes of the window as a record; nil for a blank line.
    private func pass(_ record: RawRecord, _ count: Int) -> RecordStep? {
        let text = UnsafeBufferPointer(start: window.base, count: count)
        if text.allSatisfy({ $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 }) {
            skip(count)
            return nil
        }
        locate(record, count)
        do {
            try tape.parse(text)
        } catch {
            return .malformed(.malformedJSON(problem: error.problem, offset: error.offset))
        }
        let isGraph = tape.nodes[0].kind == .array && arrangement == .values
        guard tape.nodes[0].kind == .object || isGraph else {
            return .malformed(.notAnObject(found: kindName(tape.nodes[0].kind)))
        }
        guard isGraph || LinkedData.mayApply(tape, text) else {
            flattener.flatten(tape, at: 0, into: record)
            return .record
        }
        switch LinkedData.items(tape, text, offset: record.offset) {
        case .none where isGraph: return .malformed(.notAnObject(found: "an array"))
        case .none:
            flattener.flatten(tape, at: 0, into: record)
            return .record
        case .some(let items) where items.isEmpty: return .skipped("not a schema.org Product")
        case .some(let items) where items.count == 1 && items[0].node == 0:
            record.link = items[0].link
            flattener.flatten(tape, at: 0, into: record, leavingOut: LinkedData.linkKeys)
            return .record
        case .some(let items):
            pending = items.reversed()
            pendingText = (record.base, record.line, record.offset)
            counted = (0, 0)
            ordinal -= 1
            return passPending(record)
        }
    }

    private func passPending(_ record: RawRecord) -> RecordStep {
        guard let item = pending.popLast(), let text = pendingText else { return .end }
        if item.isRow { ordinal += 1 }
        record.reset()
        record.base = text.base
        let node = tape.nodes[item.node]
        let inner = Int(node.start)
        if inner < counted.bytes { counted = (0, 0) }
        let between = UnsafeBufferPointer(start: text.base + counted.bytes, count: inner - counted.bytes)
        counted = (inner, counted.lines + between.count { $0 == 10 })
        record.locate(line: text.line + counted.lines, ordinal: ordinal, offset: text.offset + inner)
        flattener.flatten(tape, at: item.node, into: record, leavingOut: LinkedData.linkKeys)
        record.narrow(to: inner, Int(node.count))
        record.link = item.link
        if let list = item.list { record.frame = frame(of: node, in: list, text.base) }
        return item.isRow ? .record : .context
    }

    /// The text of a group around one of its variants, without the others.
    private func frame(
        of variant: JSONTape.Node,
        in list: (group: Int, value: Int),
        _ base: UnsafePointer<UInt8>
    ) -> RawRecord.Frame {
        let group = tape.nodes[list.group]
        let value = tape.nodes[list.value]
        let isArray = value.kind == .array
        let start = isArray ? Int(value.start) + 1 : Int(variant.start)
        let end = isArray ? Int(value.start + value.count) - 1 : Int(variant.start + variant.count)
        let groupEnd = Int(group.start + group.count)
        return RawRecord.Frame(
            before: UnsafeBufferPointer(start: base + Int(group.start), count: start - Int(group.start)),
            after: UnsafeBufferPointer(start: base + end, count: groupEnd - end)
        )
    }

    private func kindName(_ kind: JSONTape.Kind) -> String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string, .escapedString, .key, .escapedKey: "a string"
        case .number: "a number"
        case .truth, .falsehood: "a truth value"
        case .null: "null"
        }
    }
}
