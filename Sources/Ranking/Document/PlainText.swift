/// Text without markup, control characters and runs of white space.
enum PlainText {
    /// Longest tag, in scalars: a "<" that no ">" follows by then is a sign, not a tag.
    private static let longestTag = 300

    /// The first `most` characters of a text made plain, cut between words where one ends near.
    ///
    /// Products are plain already as the indexer makes them; this holds for those made by other programs.
    static func of(_ text: String, most: Int) -> String {
        var plain = String.UnicodeScalarView()
        var needsSpace = false
        let scalars = text.unicodeScalars
        var place = scalars.startIndex
        // A character may have many scalars, a text of more than this is cut anyway.
        let enough = 8 * most + 64
        var count = 0
        while place < scalars.endIndex, count < enough {
            if scalars[place] == "<", let end = tagEnd(scalars, from: place) {
                needsSpace = true
                place = end
                continue
            }
            let scalar = scalars[place]
            place = scalars.index(after: place)
            if scalar.properties.isWhitespace || isControl(scalar) {
                needsSpace = true
                continue
            }
            if needsSpace, !plain.isEmpty { plain.append(" ") }
            needsSpace = false
            plain.append(scalar)
            count += 1
        }
        return cut(String(plain), most: most)
    }

    /// Controls, and the byte order mark that files leave behind.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: scalar == "\u{FEFF}"
        }
    }

    /// Where the tag that begins at `start` is over; nil: none begins there ("price < 300").
    private static func tagEnd(
        _ scalars: String.UnicodeScalarView,
        from start: String.UnicodeScalarView.Index
    ) -> String.UnicodeScalarView.Index? {
        var place = scalars.index(after: start)
        if place < scalars.endIndex, scalars[place] == "/" { place = scalars.index(after: place) }
        guard place < scalars.endIndex else { return nil }
        let first = scalars[place]
        guard first == "!" || first.isASCII && first.properties.isAlphabetic else { return nil }
        var length = 0
        while place < scalars.endIndex, length < longestTag {
            if scalars[place] == ">" { return scalars.index(after: place) }
            if scalars[place] == "<" { return nil }
            place = scalars.index(after: place)
            length += 1
        }
        return nil
    }

    private static func cut(_ text: String, most: Int) -> String {
        guard let end = text.index(text.startIndex, offsetBy: most, limitedBy: text.endIndex), end < text.endIndex
        else { return text }
        if text[end] == " " { return String(text[..<end]) }
        let head = text[..<end]
        // Chinese has no spaces, and codes are long: only a near one is taken.
        if let space = head.lastIndex(of: " "), head.distance(from: space, to: head.endIndex) <= min(20, most / 2) {
            return String(head[..<space])
        }
        return String(head)
    }
}
