/// Marks the matches in a product's text.
public enum Highlighter {
    /// Where a query term matched.
    public struct Match: Sendable, Hashable {
        /// UTF-8 offsets in the text.
        ///
        /// Ends beyond the text or inside a character are tolerated.
        public var bytes: Range<Int>
        /// Which of the query's terms; matches of different terms make a better snippet than repetitions.
        public var term: Int

        /// A match of a query's term.
        public init(bytes: Range<Int>, term: Int) {
            self.bytes = bytes
            self.term = term
        }
    }

    /// Splits a text into matching and other pieces, which together are the text.
    ///
    /// - Parameters:
    ///   - text: The text as it was analyzed.
    ///   - matches: UTF-8 offsets in any order. Overlapping and adjoining ones are merged; ends beyond the text are cut,
    ///     those inside a character (as a person sees it) are widened to the whole character.
    /// - Returns: Alternating fragments, none of them empty.
    public static func fragments(of text: String, matches: [Range<Int>]) -> [Fragment] {
        guard !text.isEmpty else { return [] }
        let merged = merged(matches, count: text.utf8.count)
        guard !merged.isEmpty else { return [Fragment(text, isMatch: false)] }
        var fragments: [Fragment] = []
        var next = 0
        var offset = 0
        var start = text.startIndex
        var isMatch = false
        for index in text.indices {
            let end = offset + text[index].utf8.count
            while next < merged.count, merged[next].upperBound <= offset { next += 1 }
            let isInside = next < merged.count && merged[next].lowerBound < end
            if isInside != isMatch {
                Fragment.append(text[start..<index], isMatch, to: &fragments)
                start = index
                isMatch = isInside
            }
            offset = end
        }
        Fragment.append(text[start...], isMatch, to: &fragments)
        return fragments
    }

    /// Sorted ranges within `0..<count`, without empty or overlapping ones.
    static func merged(_ ranges: [Range<Int>], count: Int) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        let valid = ranges.map { $0.clamped(to: 0..<count) }.filter { !$0.isEmpty }
        for range in valid.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// Fragments as HTML: matches between tags, all text escaped for element content and attribute values.
    ///
    /// `open` and `close` go around a match as they are: they are trusted.
    public static func html(_ fragments: [Fragment], open: String = "<mark>", close: String = "</mark>") -> String {
        var html = ""
        for fragment in fragments {
            if fragment.isMatch { html += open }
            for scalar in fragment.text.unicodeScalars {
                switch scalar {
                case "&": html += "&amp;"
                case "<": html += "&lt;"
                case ">": html += "&gt;"
                case "\"": html += "&quot;"
                case "'": html += "&#39;"
                // NUL is no character of HTML.
                case "\0": html += "\u{FFFD}"
                default: html.unicodeScalars.append(scalar)
                }
            }
            if fragment.isMatch { html += close }
        }
        return html
    }

    /// Fragments for a terminal: matches in bold, control characters taken out so that no product can command it.
    ///
    /// `start` and `end` are the escape sequences around a match.
    public static func ansi(
        _ fragments: [Fragment],
        start: String = "\u{1B}[1m",
        end: String = "\u{1B}[22m"
    ) -> String {
        var text = ""
        for fragment in fragments {
            let plain = printable(fragment.text)
            text += fragment.isMatch && !plain.isEmpty ? start + plain + end : plain
        }
        return text
    }

    /// The text in one line without control and direction-changing characters; tabs and line ends become spaces.
    public static func printable(_ text: String) -> String {
        let isClean = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        guard !isClean else { return text }
        var printable = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09...0x0D, 0x85, 0x2028, 0x2029: printable.append(" ")
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: continue
            default: printable.append(scalar)
            }
        }
        return String(printable)
    }
}
