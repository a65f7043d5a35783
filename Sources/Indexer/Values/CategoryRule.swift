/// How a category value is written.
struct CategoryRule: Equatable, Sendable {
    /// Separates whole paths; nil where a value is one path.
    var list: UInt8?
    /// Separates the levels of a path, besides `>`.
    var path: UInt8?
    /// A deeper level of the path another column began.
    var continuesPath = false

    /// The paths in a value, root first; empty when there are none.
    func paths(_ text: String) -> [[String]] {
        let values = list.map { Self.split(text[...], at: $0) } ?? [text[...]]
        return values.compactMap { value in
            let levels = split(value).compactMap(Self.trimmed)
            return levels.isEmpty ? nil : levels
        }
    }

    private func split(_ value: Substring) -> [Substring] {
        if value.utf8.contains(UInt8(ascii: ">")) { return Self.split(value, at: UInt8(ascii: ">")) }
        if value.utf8.contains(0xe2) || value.utf8.contains(0xc2) {
            for mark in ["›", "»", "→"] as [Character] where value.contains(mark) {
                return value.split { $0 == mark }
            }
        }
        return path.map { Self.split(value, at: $0) } ?? [value]
    }

    /// Splits at an ASCII character; on bytes, because splitting by `Character` costs a hundred times as much.
    static func split(_ text: Substring, at separator: UInt8) -> [Substring] {
        text.utf8.split { $0 == separator }.map { Substring($0) }
    }

    /// The text without white space around it, nil when nothing remains.
    static func trimmed(_ text: Substring) -> String? {
        let bytes = text.utf8
        var start = bytes.startIndex
        var end = bytes.endIndex
        while start < end, bytes[start] <= 32 { start = bytes.index(after: start) }
        while start < end, bytes[bytes.index(before: end)] <= 32 { end = bytes.index(before: end) }
        return start == end ? nil : String(text[start..<end])
    }

    /// Decides from a sample of values: levels by `>`, else by `/` or `|` where most values have one.
    static func detect(_ values: [String]) -> CategoryRule {
        func share(_ mark: Unicode.Scalar) -> Double {
            let having = values.count { $0.unicodeScalars.contains(mark) }
            return values.isEmpty ? 0 : Double(having) / Double(values.count)
        }
        if share(">") > 0.1 {
            return CategoryRule(list: share("|") > 0.1 ? UInt8(ascii: "|") : share(";") > 0.1 ? UInt8(ascii: ";") : nil)
        }
        let bar = share("|")
        if share("/") >= 0.6 { return CategoryRule(list: bar > 0.1 ? UInt8(ascii: "|") : nil, path: UInt8(ascii: "/")) }
        return bar >= 0.3 ? CategoryRule(path: UInt8(ascii: "|")) : CategoryRule()
    }
}
