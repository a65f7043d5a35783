/// How a category value is written.
struct CategoryRule: Equatable, Sendable {
    /// Separates whole paths; nil where a value is one path.
    var list: Character?
    /// Separates the levels of a path, besides ` > `.
    var path: Character?
    /// A deeper level of the path another column began.
    var continuesPath = false

    /// The paths in a value, root first; empty when there are none.
    func paths(_ text: String) -> [[String]] {
        let values = list.map { text.split(separator: $0).map(String.init) } ?? [text]
        return values.compactMap { value in
            let levels = split(value).compactMap(Self.trimmed)
            return levels.isEmpty ? nil : levels
        }
    }

    private func split(_ value: String) -> [Substring] {
        if value.utf8.contains(UInt8(ascii: ">")) { return value.split(separator: ">") }
        for mark in ["›", "»", "→"] as [Character] where value.contains(mark) { return value.split(separator: mark) }
        return path.map { value.split(separator: $0) } ?? [value[...]]
    }

    private static func trimmed(_ text: Substring) -> String? {
        let level = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return level.isEmpty ? nil : String(level)
    }

    /// Decides from a sample of values: levels by `>`, else by `/` or `|` where most values have one.
    static func detect(_ values: [String]) -> CategoryRule {
        func share(_ mark: Character) -> Double {
            values.isEmpty ? 0 : Double(values.count { $0.contains(mark) }) / Double(values.count)
        }
        if share(">") > 0.1 {
            let list: Character? = share("|") > 0.1 ? "|" : share(";") > 0.1 ? ";" : nil
            return CategoryRule(list: list)
        }
        if share("/") >= 0.6 { return CategoryRule(list: share("|") > 0.1 ? "|" : nil, path: "/") }
        if share("|") >= 0.3 { return CategoryRule(path: "|") }
        return CategoryRule()
    }
}
