/// How filters compare text: the same folding for field names, stored values and the values in expressions.
package enum FilterText {
    /// Lower case, full-width forms made half-width, white space trimmed and collapsed to single spaces.
    ///
    /// Compares as Swift strings do: canonically equivalent spellings are equal. Diacritics count.
    package static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        var needsSpace = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                needsSpace = !folded.isEmpty
                continue
            }
            if needsSpace { folded.append(" ") }
            needsSpace = false
            // U+FF01...U+FF5E are the full-width twins of "!" to "~".
            if (0xFF01...0xFF5E).contains(scalar.value), let half = Unicode.Scalar(scalar.value - 0xFEE0) {
                folded.append(half)
            } else {
                folded.append(scalar)
            }
        }
        return String(folded).lowercased()
    }
}
