/// How many columns of a terminal text takes.
///
/// East Asian wide and full-width characters and emoji take two, combining marks, format and control characters none,
/// everything else one (ambiguous ones, too). Source: Unicode Standard Annex #11.
public enum DisplayWidth {
    /// The columns a text takes.
    public static func of(_ text: some StringProtocol) -> Int {
        var isPlain = true
        var count = 0
        for byte in text.utf8 {
            guard (0x20..<0x7F).contains(byte) else {
                isPlain = false
                break
            }
            count += 1
        }
        return isPlain ? count : text.reduce(0) { $0 + of($1) }
    }

    /// The columns a character takes: 0, 1 or 2.
    public static func of(_ character: Character) -> Int {
        var width = 0
        var isEmojiStyle = false
        for scalar in character.unicodeScalars {
            width = max(width, of(scalar))
            // VARIATION SELECTOR-16 asks for the picture instead of the sign; so does a pair that makes a flag.
            if scalar.value == 0xFE0F || (0x1F1E6...0x1F1FF).contains(scalar.value) { isEmojiStyle = true }
        }
        return isEmojiStyle && width == 1 && character.unicodeScalars.count > 1 ? 2 : width
    }

    /// The columns a scalar takes by itself: 0, 1 or 2.
    static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x7F { return value < 0x20 ? 0 : 1 }
        if value < 0xA0 { return 0 }
        if value < 0x300 { return value == 0xAD ? 0 : 1 }
        // Vowels and finals of Hangul join the consonant before them.
        if (0x1160...0x11FF).contains(value) { return 0 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
        default: break
        }
        if value < 0x1100 { return 1 }
        return isWide(value) || scalar.properties.isEmojiPresentation && !(0x1F1E6...0x1F1FF).contains(value) ? 2 : 1
    }

    private static func isWide(_ value: UInt32) -> Bool {
        var low = 0
        var high = wide.count
        while low < high {
            let middle = (low + high) / 2
            if wide[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wide.count && wide[low].contains(value)
    }

    /// The blocks whose characters are wide (W) or full-width (F) in EastAsianWidth.txt, emoji aside.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60,
        0xFFE0...0xFFE6, 0x16FE0...0x18D08, 0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD,
    ]

    /// The text cut to at most so many columns, ending in `…` if something was cut.
    ///
    /// A width of 0 gives an empty text.
    public static func truncated(_ text: String, to width: Int) -> String {
        Fragment.truncated([Fragment(text, isMatch: false)], to: width).map(\.text).joined()
    }
}
