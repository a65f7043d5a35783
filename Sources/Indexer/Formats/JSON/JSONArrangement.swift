/// How the products of a JSON file are arranged.
enum JSONArrangement: Equatable {
    /// One object a line.
    case lines
    /// One value after the other, line ends anywhere.
    case values
    /// Elements of an array that starts at this byte (its `[`).
    case array(start: Int)

    /// Arrays under these keys hold the products, whatever else the object says.
    private static let listKeys: Set<String> = [
        "products", "product", "items", "item", "data", "results", "hits", "docs", "documents", "rows", "records",
        "entries", "@graph", "itemListElement", "nodes", "edges", "catalog", "list", "商品",
    ]
    /// Arrays under these keys belong to the object they stand in: variants inherit from it.
    private static let memberKeys: Set<String> = ["hasVariant", "isVariantOf"]

    /// Recognizes the arrangement from the file's head; nil when it is not JSON.
    static func sniff(_ head: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> JSONArrangement? {
        guard let first = head.firstIndex(where: { !isSpace($0) }) else { return nil }
        switch head[first] {
        case UInt8(ascii: "["):
            guard let next = head[(first + 1)...].first(where: { !isSpace($0) }) else { return nil }
            let starts = next == UInt8(ascii: "{") || next == UInt8(ascii: "]") || next == UInt8(ascii: "[")
            return starts ? .array(start: first) : nil
        case UInt8(ascii: "{"): return sniffObject(head, first, isWhole: isWhole)
        default: return nil
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    private static func sniffObject(
        _ head: UnsafeBufferPointer<UInt8>,
        _ first: Int,
        isWhole: Bool
    ) -> JSONArrangement {
        let lineEnd = head[first...].firstIndex(of: 10) ?? head.count
        let next = head[lineEnd...].first { !isSpace($0) }
        if next == UInt8(ascii: "{"), isWholeValue(head, first..<lineEnd) || !opensOnly(head, first..<lineEnd) {
            return .lines
        }
        var finder = ProductListFinder(head: head, position: first)
        if let start = finder.find() { return .array(start: start) }
        return next == nil && isWhole && lineEnd < head.count || isWholeValue(head, first..<lineEnd) ? .lines : .values
    }

    /// Whether a line is nothing but an opening brace and perhaps a key, as in indented JSON.
    private static func opensOnly(_ head: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        let last = head[line].last { !isSpace($0) }
        return last == UInt8(ascii: "{") || last == UInt8(ascii: ",") || last == UInt8(ascii: "[")
    }

    private static func isWholeValue(_ head: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> Bool {
        let tape = JSONTape()
        return (try? tape.parse(UnsafeBufferPointer(rebasing: head[line]))) != nil
    }

    /// Walks an object's beginning to the first array of objects that is a list of products.
    private struct ProductListFinder {
        let head: UnsafeBufferPointer<UInt8>
        var position: Int
        /// Keys met at the top, and the value of `@type`.
        var topKeys: Set<String> = []
        var type: String?

        init(head: UnsafeBufferPointer<UInt8>, position: Int) {
            self.head = head
            self.position = position
        }

        /// Where the list's `[` is; nil when the object is itself a product or no list comes in the head.
        mutating func find() -> Int? {
            var path: [String] = []
            var key: String?
            position += 1
            while let byte = skipSpace() {
                switch byte {
                case UInt8(ascii: "\""):
                    let text = string()
                    if skipSpace() == UInt8(ascii: ":"), key == nil {
                        key = text
                        if path.isEmpty { topKeys.insert(text) }
                        position += 1
                    } else {
                        if path.isEmpty, key == "@type" { type = text }
                        key = nil
                    }
                case UInt8(ascii: "{"):
                    guard path.count < 6 else { return nil }
                    path.append(key ?? "")
                    key = nil
                    position += 1
                case UInt8(ascii: "}"):
                    guard !path.isEmpty else { return nil }
                    path.removeLast()
                    key = nil
                    position += 1
                case UInt8(ascii: "["):
                    let start = position
                    position += 1
                    if skipSpace() == UInt8(ascii: "{"), isList(key ?? "") { return start }
                    guard skipArray() else { return nil }
                    key = nil
                case UInt8(ascii: ","):
                    key = nil
                    position += 1
                default: position += 1
                }
            }
            return nil
        }

        private func isList(_ key: String) -> Bool {
            if type?.hasPrefix("Product") == true || JSONArrangement.memberKeys.contains(key) { return false }
            if JSONArrangement.listKeys.contains(key) { return true }
            let names = topKeys.map(FieldNames.normalize)
            let hasTitle = names.contains { FieldNames.rank(of: .title, for: $0) != nil }
            let hasID = names.contains { FieldNames.rank(of: .id, for: $0) != nil }
            return !(hasTitle && hasID)
        }

        private mutating func skipSpace() -> UInt8? {
            while position < head.count, JSONArrangement.isSpace(head[position]) { position += 1 }
            return position < head.count ? head[position] : nil
        }

        private mutating func string() -> String {
            position += 1
            let start = position
            while position < head.count, head[position] != UInt8(ascii: "\"") {
                position += head[position] == UInt8(ascii: "\\") ? 2 : 1
            }
            let end = min(position, head.count)
            position = end + 1
            return String(decoding: head[start..<end], as: UTF8.self)
        }

        /// Skips to behind the `]` of the array whose inside the position is at; false when the head ends first.
        private mutating func skipArray() -> Bool {
            var depth = 1
            while depth > 0, let byte = skipSpace() {
                switch byte {
                case UInt8(ascii: "\""): _ = string()
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    position += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    depth -= 1
                    position += 1
                default: position += 1
                }
            }
            return depth == 0
        }
    }
}
