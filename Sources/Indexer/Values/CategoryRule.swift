/// How a category value is written.
struct CategoryRule: Equatable, Sendable, Codable {
    /// Separates whole paths; nil where a value is one path.
    var list: UInt8?
    /// Separates the levels of a path, besides `>`.
    var path: UInt8?
    /// A deeper level of the path another column began.
    var continuesPath = false

    /// The paths in a value, root first; empty when there are none.
    func paths(_ text: String) -> [[String]] {
        var text = text
        return text.withUTF8 { bytes in
            var paths: [[String]] = []
            Self.forEachPart(of: bytes, separator: list) { value in
                let levels = levels(value)
                if !levels.isEmpty { paths.append(levels) }
            }
            return paths
        }
    }

    private func levels(_ value: UnsafeBufferPointer<UInt8>) -> [String] {
        var separator = value.contains(UInt8(ascii: ">")) ? UInt8(ascii: ">") : nil
        if separator == nil, value.contains(where: { $0 == 0xe2 || $0 == 0xc2 }) {
            let text = String(decoding: value, as: UTF8.self)
            for mark in ["›", "»", "→"] as [Character] where text.contains(mark) {
                return text.split { $0 == mark }.compactMap(Self.trimmed)
            }
        }
        separator = separator ?? path
        var levels: [String] = []
        Self.forEachPart(of: value, separator: separator) { part in
            let trimmed = Self.trimmed(part)
            if !trimmed.isEmpty { levels.append(String(decoding: trimmed, as: UTF8.self)) }
        }
        return levels
    }

    /// Calls `body` with what stands between separators; with everything where there is none to look for.
    @inline(__always)
    private static func forEachPart(
        of bytes: UnsafeBufferPointer<UInt8>,
        separator: UInt8?,
        _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard let separator else { return body(bytes) }
        var start = 0
        for index in bytes.indices where bytes[index] == separator {
            body(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + 1
        }
        body(UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    /// The bytes without white space around them.
    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] <= 32 { start += 1 }
        while start < end, bytes[end - 1] <= 32 { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
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
