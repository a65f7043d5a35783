internal import CAnalyzer

/// Decides a product's language by its function words and its script.
///
/// A text with at least as many Cyrillic letters as Latin ones is Russian. Otherwise the language with the most function words wins, if there are
/// at least two of them and it leads clearly: by half as many again as the next language, or by three words (long texts
/// in Danish are nearly as Norwegian). Titles are often too short for that:
/// then it is the fallback, as it is for the Latin words in Chinese or Japanese text (which itself needs no stemmer).
public struct LanguageDetector {
    /// The language of texts that do not tell.
    public let fallback: Language

    private let analyzer: Analyzer
    private var counts = [Int32](repeating: 0, count: Int(AISLE_LANGUAGE_COUNT.rawValue))
    private var cyrillicWords: Int32 = 0
    private var latinLetters = 0
    private var cyrillicLetters = 0

    /// A detector without evidence.
    ///
    /// The analyzer is borrowed for reading words; the same thread must use both.
    public init(analyzer: Analyzer, fallback: Language) {
        self.analyzer = analyzer
        self.fallback = fallback
    }

    /// Forgets all evidence, for the next product.
    public mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
        cyrillicWords = 0
        latinLetters = 0
        cyrillicLetters = 0
    }

    /// Takes in one text of the product: its title, its description.
    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add($0) }
    }

    /// Takes in one text of the product, as UTF-8 bytes.
    public mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        analyzer.collectEvidence(of: bytes, counts: &counts, cyrillicWords: &cyrillicWords)
        // Locals and no overflow checks: so the compiler counts some dozens of bytes at a time.
        var latin = 0
        var cyrillic = 0
        for byte in bytes {
            latin &+= (byte | 0x20) &- 0x61 < 26 ? 1 : 0
            cyrillic &+= byte &- 0xD0 < 4 ? 1 : 0  // first bytes of U+0400...U+04FF
        }
        latinLetters += latin
        cyrillicLetters += cyrillic
    }

    /// The language all texts since the last `reset` speak for.
    public var language: Language {
        if cyrillicWords > 0, cyrillicLetters >= latinLetters { return .russian }
        var best = (language: fallback, count: Int32(0))
        var second: Int32 = 0
        for language in Language.allCases {
            let count = counts[Int(language.stemmer.rawValue)]
            if count > best.count {
                second = best.count
                best = (language, count)
            } else if count > second {
                second = count
            }
        }
        let leads = second * 3 <= best.count * 2 || best.count - second >= 3
        // Lists of data hold a stray "das" or "la" easily: against the catalogue's own language it takes more.
        let enough = best.language == fallback || fallback == .none ? 2 : 3
        return best.count >= enough && leads ? best.language : fallback
    }
}
