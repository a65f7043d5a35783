/// Parses one item of an XML document into fields; nested elements become `a.b`.
struct XMLItemParser {
    let columns: ColumnTable
    private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var position = 0

    init(columns: ColumnTable) {
        self.columns = columns
    }

    /// Appends the item's fields to `record`; says what is wrong when it is not well-formed.
    mutating func parse(_ item: UnsafeBufferPointer<UInt8>, into record: RawRecord) -> String? {
        text = item
        position = 0
        guard let tag = XMLTag.next(in: text, from: 0), case .start(let isEmpty) = tag.kind else {
            return "no start tag"
        }
        position = tag.end
        for attribute in attributes(of: tag) where !Self.isDeclaration(attribute.name, in: text) {
            let column = intern(attribute.name, in: -1)
            append(attribute.value, column, record)
        }
        if isEmpty { return nil }
        return content(of: tag, column: -1, depth: 1, record)
    }

    /// Parses up to the element's end tag.
    private mutating func content(of element: XMLTag, column: Int32, depth: Int, _ record: RawRecord) -> String? {
        guard depth < 32 else { return "elements are nested deeper than 32 levels" }
        var start = record.scratch.count
        while position < text.count {
            let plain = position
            while position < text.count, text[position] != UInt8(ascii: "<") { position += 1 }
            appendDecoded(plain..<position, record)
            guard let tag = XMLTag.next(in: text, from: position) else { break }
            switch tag.kind {
            case .other:
                appendSection(tag, record)
                position = tag.end
            case .end:
                position = tag.end
                if text[tag.name].elementsEqual(text[element.name]) {
                    emit(from: start, column, record)
                    return nil
                }
                if HTMLTags.isMarkup(text[tag.name]) {
                    record.scratch.append(32)
                    continue
                }
                return "</\(string(tag.name))> where </\(string(element.name))> should be"
            case .start(let isEmpty):
                position = tag.end
                if column >= 0, HTMLTags.isMarkup(text[tag.name]) {
                    record.scratch.append(32)
                    continue
                }
                emit(from: start, column, record)
                if let problem = child(tag, isEmpty: isEmpty, parent: column, depth: depth, record) { return problem }
                start = record.scratch.count
            }
        }
        return "<\(string(element.name))> is never closed"
    }

    private mutating func child(
        _ tag: XMLTag,
        isEmpty: Bool,
        parent: Int32,
        depth: Int,
        _ record: RawRecord
    ) -> String? {
        var column = intern(tag.name, in: parent)
        var link: Range<Int>?
        for attribute in attributes(of: tag) where !Self.isDeclaration(attribute.name, in: text) {
            let name = string(attribute.name)
            if name == "href" {
                link = attribute.value
            } else if name == "name", Self.namedElements.contains(XMLArrangement.localName(Array(text[tag.name]))) {
                let scratch = ByteScratch()
                decode(attribute.value, into: scratch)
                column = columns.intern(scratch.bytes, in: column, isNamedByData: true)
            } else {
                append(attribute.value, intern(attribute.name, in: column), record)
            }
        }
        if isEmpty {
            if let link { append(link, column, record) }
            return nil
        }
        let before = record.fields.count
        let problem = content(of: tag, column: column, depth: depth + 1, record)
        if problem == nil, let link, record.fields.count == before { append(link, column, record) }
        return problem
    }

    /// Elements whose `name` attribute names the property: `<param name="Colour">red</param>`.
    private static let namedElements: Set<String> = ["param", "attribute", "property", "spec", "custom_attribute"]

    // MARK: Fields

    private func emit(from start: Int, _ column: Int32, _ record: RawRecord) {
        let count = record.scratch.count - start
        let added = UnsafeBufferPointer(start: record.scratch.base + start, count: count)
        guard column >= 0, added.contains(where: { $0 > 32 }) else {
            record.scratch.count = start
            return
        }
        columns.markValue(column)
        record.fields.append(
            FieldSlice(column: column, kind: .text, isUnescaped: true, start: start, count: count)
        )
    }

    private func append(_ value: Range<Int>, _ column: Int32, _ record: RawRecord) {
        let start = record.scratch.count
        decode(value, into: record.scratch)
        emit(from: start, column, record)
    }

    private func appendDecoded(_ range: Range<Int>, _ record: RawRecord) { decode(range, into: record.scratch) }

    /// A CDATA section is text, a stray `<` stands for itself, comments and instructions are nothing.
    private func appendSection(_ tag: XMLTag, _ record: RawRecord) {
        guard let base = text.baseAddress else { return }
        if XMLTag.hasPrefix(text, tag.start, "<![CDATA[") {
            record.scratch.append(base + tag.start + 9, tag.end - tag.start - 12)
        } else if tag.end == tag.start + 1 {
            record.scratch.append(UInt8(ascii: "<"))
        }
    }

    private func decode(_ range: Range<Int>, into scratch: ByteScratch) {
        guard let base = text.baseAddress else { return }
        var index = range.lowerBound
        while index < range.upperBound {
            let start = index
            while index < range.upperBound, base[index] != UInt8(ascii: "&") { index += 1 }
            scratch.append(base + start, index - start)
            guard index < range.upperBound else { return }
            if let entity = HTMLEntities.decode(base + index, range.upperBound - index) {
                scratch.append(scalar: entity.scalar)
                index += entity.length
            } else {
                scratch.append(UInt8(ascii: "&"))
                index += 1
            }
        }
    }

    // MARK: Names

    /// The column of a name; Google's prefixes `g:` and `c:` are dropped.
    private func intern(_ name: Range<Int>, in parent: Int32) -> Int32 {
        var range = name
        if range.count > 2, text[range.lowerBound + 1] == UInt8(ascii: ":"),
            text[range.lowerBound] == UInt8(ascii: "g") || text[range.lowerBound] == UInt8(ascii: "c")
        {
            range = range.lowerBound + 2..<range.upperBound
        }
        return columns.intern(UnsafeBufferPointer(rebasing: text[range]), in: parent)
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

    private func attributes(of tag: XMLTag) -> [(name: Range<Int>, value: Range<Int>)] {
        var found: [(name: Range<Int>, value: Range<Int>)] = []
        var index = tag.name.upperBound
        while index < tag.end {
            while index < tag.end, !XMLTag.isNameByte(text[index]) { index += 1 }
            let start = index
            while index < tag.end, XMLTag.isNameByte(text[index]) { index += 1 }
            let name = start..<index
            while index < tag.end, text[index] == 32 || text[index] == UInt8(ascii: "=") { index += 1 }
            guard index < tag.end, case let quote = text[index], quote == 0x22 || quote == 0x27 else { continue }
            let valueStart = index + 1
            index = valueStart
            while index < tag.end, text[index] != quote { index += 1 }
            found.append((name, valueStart..<index))
            index += 1
        }
        return found
    }

    /// Whether an attribute speaks about the document rather than the product.
    private static func isDeclaration(_ name: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        ["xmlns", "xml:", "xsi:", "type", "rel", "isPermaLink"].contains { prefix in
            text[name].starts(with: Array(prefix.utf8))
        }
    }
}
