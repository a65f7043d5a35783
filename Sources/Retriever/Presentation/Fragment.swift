/// A piece of a text that matches the query as a whole or not at all.
public struct Fragment: Sendable, Hashable {
    /// The text; fragments in lists are never empty.
    public var text: String
    /// Whether the query matched here.
    public var isMatch: Bool

    /// A piece of a text.
    public init(_ text: String, isMatch: Bool) {
        self.text = text
        self.isMatch = isMatch
    }

    /// The columns of a terminal that fragments take.
    public static func width(of fragments: [Fragment]) -> Int {
        fragments.reduce(0) { $0 + DisplayWidth.of($1.text) }
    }

    /// The fragments cut to at most so many columns, ending in `…` if something was cut.
    ///
    /// A width of 0 gives none.
    public static func truncated(_ fragments: [Fragment], to width: Int) -> [Fragment] {
        guard width > 0 else { return [] }
        guard Self.width(of: fragments) > width else { return fragments }
        var cut: [Fragment] = []
        var left = width - 1
        scan: for fragment in fragments {
            var text = ""
            for character in fragment.text {
                let columns = DisplayWidth.of(character)
                guard columns <= left else {
                    append(text, fragment.isMatch, to: &cut)
                    break scan
                }
                left -= columns
                text.append(character)
            }
            append(text, fragment.isMatch, to: &cut)
        }
        while let last = cut.last?.text.last, last.isWhitespace {
            cut[cut.count - 1].text.removeLast()
            if cut[cut.count - 1].text.isEmpty { cut.removeLast() }
        }
        append("…", false, to: &cut)
        return cut
    }

    /// Adds a piece of text, to the last fragment if it is of the same kind.
    static func append(_ text: some StringProtocol, _ isMatch: Bool, to fragments: inout [Fragment]) {
        guard !text.isEmpty else { return }
        if let last = fragments.indices.last, fragments[last].isMatch == isMatch {
            fragments[last].text += text
        } else {
            fragments.append(Fragment(String(text), isMatch: isMatch))
        }
    }
}
