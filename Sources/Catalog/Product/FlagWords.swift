/// The words by which feeds say yes and no: one list for what is searchable and for what filters take for a flag.
package enum FlagWords {
    /// Whether a value is a word for yes or no; nil for everything else.
    ///
    /// Digits and single letters that are also sizes and numbers ("1", "F") are not: "ports: 1" is no flag.
    package static func yesOrNo(_ value: String) -> Bool? {
        // Asked for every value of every product: nearly all of them are too long or begin with a digit.
        guard let first = value.utf8.first, first &- 0x30 > 9,
            value.utf8.count <= (first < 0x80 ? longestPlain : longest)
        else { return nil }
        return words[FilterText.folded(value)]
    }

    /// Whether a flag with this value is set.
    package static func isTrueLike(_ value: String) -> Bool {
        let folded = FilterText.folded(value)
        return words[folded] == true || trueForms.contains(folded)
    }

    /// Whether a flag with this value is expressly not set.
    package static func isFalseLike(_ value: String) -> Bool {
        let folded = FilterText.folded(value)
        return words[folded] == false || falseForms.contains(folded)
    }

    private static let words: [String: Bool] = [
        "true": true, "yes": true, "y": true, "是": true, "有": true, "ja": true, "oui": true, "sí": true, "si": true,
        "да": true, "sim": true, "✓": true, "✔": true, "はい": true,
        "false": false, "no": false, "n": false, "否": false, "无": false, "nein": false, "non": false, "нет": false,
        "não": false, "✗": false, "✘": false, "いいえ": false,
    ]
    private static let trueForms: Set<String> = ["t", "1", "on"]
    private static let falseForms: Set<String> = ["f", "0", "off"]

    /// Bytes of the longest word of ASCII.
    private static let longestPlain = 5
    /// Bytes of UTF-8 of the longest word, full-width letters (three bytes each) reckoned with.
    private static let longest = 15
}
