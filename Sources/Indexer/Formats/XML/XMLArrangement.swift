/// Which element of an XML document is a product, and what stands around it.
struct XMLArrangement: Equatable {
    /// The element's name as written, prefix included.
    var item: [UInt8]
    /// The outermost element's name.
    var root: [UInt8]
    /// The document up to the first item, and the end tags that close it.
    var prologue: [UInt8]
    var epilogue: [UInt8]

    /// Elements that are products in the feeds we know, lower case and without prefix.
    private static let itemNames: Set<String> = ["item", "entry", "product", "offer", "shopitem", "article", "record"]

    /// Recognizes the arrangement; nil when no repeated element comes in the head.
    static func sniff(_ head: UnsafeBufferPointer<UInt8>) -> XMLArrangement? {
        var open: [[UInt8]] = []
        var seen: [[UInt8]: (count: Int, start: Int, open: [[UInt8]])] = [:]
        var root: [UInt8] = []
        var position = 0
        var best: [UInt8]?
        while let tag = XMLTag.next(in: head, from: position) {
            position = tag.end
            switch tag.kind {
            case .other: break
            case .end: if !open.isEmpty { open.removeLast() }
            case .start(let isEmpty):
                let name = Array(head[tag.name])
                if open.isEmpty { root = name }
                if !open.isEmpty {
                    let first = seen[name] ?? (0, tag.start, open)
                    seen[name] = (first.count + 1, first.start, first.open)
                    if itemNames.contains(localName(name)) {
                        best = name
                        break
                    }
                }
                if !isEmpty { open.append(name) }
            }
            if best != nil { break }
        }
        let repeated = seen.filter { $0.value.count > 1 && $0.value.open.count <= 2 }
        let item =
            best ?? repeated.min { ($0.value.open.count, $0.value.start) < ($1.value.open.count, $1.value.start) }?.key
        guard let item, let found = seen[item] else { return nil }
        let ends = found.open.reversed().flatMap { Array("</".utf8) + $0 + Array(">\n".utf8) }
        return XMLArrangement(item: item, root: root, prologue: Array(head[..<found.start]), epilogue: ends)
    }

    /// An element's name without prefix, in lower case.
    static func localName(_ name: [UInt8]) -> String {
        let text = String(decoding: name, as: UTF8.self).lowercased()
        return text.split(separator: ":").last.map(String.init) ?? text
    }
}

/// One piece of markup: a tag, a comment, a CDATA section or a declaration.
struct XMLTag: Equatable {
    enum Kind: Equatable {
        case start(isEmpty: Bool)
        case end
        /// A comment, CDATA section, processing instruction or declaration.
        case other
    }

    var kind: Kind
    /// Where its `<` is, and the byte behind its `>`.
    var start: Int
    var end: Int
    var name: Range<Int>

    /// The next markup at or behind `from`; nil when none is complete.
    static func next(in text: UnsafeBufferPointer<UInt8>, from: Int) -> XMLTag? {
        var start = from
        while start < text.count, text[start] != UInt8(ascii: "<") { start += 1 }
        guard start + 1 < text.count else { return nil }
        switch text[start + 1] {
        case UInt8(ascii: "!"):
            let end: Int?
            if hasPrefix(text, start, "<!--") {
                end = find("-->", in: text, from: start + 4)
            } else if hasPrefix(text, start, "<![CDATA[") {
                end = find("]]>", in: text, from: start + 9)
            } else if text.count - start < 9 {
                end = nil
            } else {
                end = declarationEnd(text, start)
            }
            return end.map { XMLTag(kind: .other, start: start, end: $0, name: start..<start) }
        case UInt8(ascii: "?"):
            return find("?>", in: text, from: start + 2).map {
                XMLTag(kind: .other, start: start, end: $0, name: start..<start)
            }
        default: return tag(in: text, start)
        }
    }

    private static func tag(in text: UnsafeBufferPointer<UInt8>, _ start: Int) -> XMLTag? {
        let isEnd = text[start + 1] == UInt8(ascii: "/")
        let nameStart = isEnd ? start + 2 : start + 1
        var position = nameStart
        while position < text.count, isNameByte(text[position]) { position += 1 }
        let name = nameStart..<position
        guard position < text.count else { return nil }
        // A stray "<" in text is no markup.
        if name.isEmpty { return XMLTag(kind: .other, start: start, end: start + 1, name: name) }
        var quote: UInt8?
        while position < text.count {
            let byte = text[position]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = isEnd ? nil : byte
            } else if byte == UInt8(ascii: ">") {
                let isEmpty = text[position - 1] == UInt8(ascii: "/")
                return XMLTag(
                    kind: isEnd ? .end : .start(isEmpty: isEmpty),
                    start: start,
                    end: position + 1,
                    name: name
                )
            }
            position += 1
        }
        return nil
    }

    /// A document type declaration may hold an internal subset in brackets.
    private static func declarationEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        var depth = 0
        for position in start..<text.count {
            switch text[position] {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">") where depth <= 0: return position + 1
            default: break
            }
        }
        return nil
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x80...0xff:
            true
        default: false
        }
    }

    static func hasPrefix(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ prefix: StaticString) -> Bool {
        guard start + prefix.utf8CodeUnitCount <= text.count else { return false }
        return (0..<prefix.utf8CodeUnitCount).allSatisfy { text[start + $0] == prefix.utf8Start[$0] }
    }

    /// The position behind the next occurrence of a three- or two-byte mark.
    static func find(_ mark: StaticString, in text: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
        var position = from
        while position + mark.utf8CodeUnitCount <= text.count {
            if text[position] == mark.utf8Start[0], hasPrefix(text, position, mark) {
                return position + mark.utf8CodeUnitCount
            }
            position += 1
        }
        return nil
    }
}
