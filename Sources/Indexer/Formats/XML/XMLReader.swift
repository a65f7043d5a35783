/// Reads the items of an RSS, Atom or similar document.
///
/// A pull scanner of our own: FoundationXML's parser calls back for the whole document at once, gives no access to an
/// item's original text, and stops for good at the first bad character.
final class XMLReader: RecordReader {
    let columns = ColumnTable()
    let layout: RowLayout
    private(set) var notes: [String] = []

    private let window: ByteWindow
    private let name: String
    private let limit: Int
    private let arrangement: XMLArrangement
    private var parser: XMLItemParser
    private var line = 1
    private var ordinal = 0
    private var sawRootEnd = false

    /// A reader of a file at whose first byte `window` stands.
    init(window: ByteWindow, name: String, arrangement: XMLArrangement, limit: Int) {
        self.window = window
        self.name = name
        self.arrangement = arrangement
        self.limit = limit
        layout = RowLayout(
            prologue: arrangement.prologue,
            separator: [10],
            epilogue: [10] + arrangement.epilogue
        )
        parser = XMLItemParser(columns: columns)
    }

    func next(_ record: RawRecord) throws -> RecordStep {
        guard try seekItem() else {
            guard sawRootEnd else {
                let root = String(decoding: arrangement.root, as: UTF8.self)
                throw DumpError.brokenDocument(file: name, line: line, problem: "the document ends before </\(root)>")
            }
            return .end
        }
        guard let count = try measure() else {
            // Longer than an item may be: its start tag is skipped and the search goes on inside of it.
            ordinal += 1
            record.keep(window.base, min(window.count, limit))
            record.locate(line: line, ordinal: ordinal, offset: window.offset)
            let size = window.count
            skip(1)
            return .malformed(.tooLarge(bytes: size, limit: limit))
        }
        ordinal += 1
        record.reset()
        record.base = window.base
        record.count = count
        record.locate(line: line, ordinal: ordinal, offset: window.offset)
        let text = UnsafeBufferPointer(start: window.base, count: count)
        let problem = parser.parse(text, into: record)
        skip(count)
        return problem.map { .malformed(.malformedXML(problem: $0)) } ?? .record
    }

    /// Moves the window to the next item's start tag; false at the end of the document.
    private func seekItem() throws -> Bool {
        while true {
            var position = 0
            while let tag = XMLTag.next(in: window.bytes, from: position) {
                if isItem(tag), case .start = tag.kind {
                    skip(tag.start)
                    return true
                }
                if tag.kind == .end, window.bytes[tag.name].elementsEqual(arrangement.root) { sawRootEnd = true }
                position = tag.end
            }
            // What is left is text, or the beginning of a tag that continues behind the window.
            let rest = window.bytes[position...].firstIndex(of: UInt8(ascii: "<")) ?? window.count
            skip(rest)
            if window.count > limit { skip(1) }
            guard try window.fillMore() else { return false }
        }
    }

    private func isItem(_ tag: XMLTag) -> Bool { window.bytes[tag.name].elementsEqual(arrangement.item) }

    /// The length of the item at the window's start, nil when it is over the limit.
    ///
    /// - Throws: `DumpError.brokenDocument` when the document ends inside of it.
    private func measure() throws -> Int? {
        var position = 0
        var depth = 0
        while true {
            while let tag = XMLTag.next(in: window.bytes, from: position) {
                position = tag.end
                guard isItem(tag) else { continue }
                switch tag.kind {
                case .start(let isEmpty): depth += isEmpty ? 0 : 1
                case .end: depth -= 1
                case .other: continue
                }
                if depth == 0 { return position }
            }
            if window.count > limit { return nil }
            guard try window.fillMore() else {
                let item = String(decoding: arrangement.item, as: UTF8.self)
                throw DumpError.brokenDocument(file: name, line: line, problem: "the document ends inside of <\(item)>")
            }
        }
    }

    private func skip(_ count: Int) {
        line += window.lineFeeds(in: count)
        window.consume(count)
    }
}
