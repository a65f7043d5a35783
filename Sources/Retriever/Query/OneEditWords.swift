/// The words that are one typing error away from a word: a letter missing, added, wrong, or changed places with the next.
///
/// Index terms are stems. What stemming takes away from a misspelt word is not what it takes from the right one (`soyn`
/// stays, `sony` becomes soni), so terms near a misspelt word's stem are not all that are meant: stems of the words near
/// the word are.
package struct OneEditWords: Sendable, Hashable {
    /// Each once, the word itself not among them.
    package let words: [String]

    /// Longer words, in letters, have too many words near them.
    package static let maxLength = 32

    /// The words near `word`, spelled with the letters of its script.
    ///
    /// Nil for overlong words, and for scripts whose words have no stems: there terms are the words themselves.
    package init?(of word: String) {
        let letters = Array(word.unicodeScalars)
        guard let first = letters.first, let alphabet = Self.alphabet(of: first), letters.count <= Self.maxLength,
            letters.allSatisfy(\.properties.isAlphabetic)
        else { return nil }
        var words: Set<String> = []
        func add(_ word: some Sequence<Unicode.Scalar>) {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: word)
            words.insert(String(view))
        }
        for place in 0...letters.count {
            let (head, tail) = (letters[..<place], letters[place...])
            for letter in alphabet { add(head + [letter] + tail) }
            guard let here = tail.first else { continue }
            add(head + tail.dropFirst())
            for letter in alphabet { add(head + [letter] + tail.dropFirst()) }
            if let next = tail.dropFirst().first { add(head + [next, here] + tail.dropFirst(2)) }
        }
        words.remove(word)
        self.words = words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Stemmers know words of Latin and Cyrillic; accents are folded away, but for the letters that Nordic ones keep.
    private static let alphabets = ["abcdefghijklmnopqrstuvwxyzåäöæø", "абвгдежзийклмнопрстуфхцчшщъыьэюя"].map {
        Array($0.unicodeScalars)
    }

    private static func alphabet(of letter: Unicode.Scalar) -> [Unicode.Scalar]? {
        switch letter.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: alphabets[0]
        case 0x400...0x4FF: alphabets[1]
        default: nil
        }
    }
}
