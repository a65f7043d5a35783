/// A row's text as the first stage takes it: words, without a shopper's syntax.
enum FirstStageQuery {
    private static let quotes: Set<Unicode.Scalar> = [
        "\u{201C}", "\u{201D}", "\u{201E}", "«", "»", "「", "」", "『", "』", "\u{FF02}",
    ]

    /// The text with quotation marks and leading minus signs as blanks: a title excludes nothing.
    ///
    /// A straight quote behind a digit stays, where it is an inch mark.
    static func of(_ title: String) -> String {
        var query = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        for scalar in title.unicodeScalars {
            let isQuote = quotes.contains(scalar) || (scalar == "\"" && !("0"..."9").contains(previous))
            let excludes = scalar == "-" && previous.properties.isWhitespace
            query.append(isQuote || excludes ? " " : scalar)
            previous = scalar
        }
        return String(query)
    }
}
