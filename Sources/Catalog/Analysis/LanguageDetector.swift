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
    private var evidence = aisle_evidence()

    /// In the order of the C analyzer's numbers; made once, for this is asked for every product.
    private static let languages: [Language] = Language.allCases.sorted { $0.stemmer.rawValue < $1.stemmer.rawValue }

    /// A detector without evidence.
    ///
    /// The analyzer is borrowed for reading words; the same thread must use both.
    public init(analyzer: Analyzer, fallback: Language) {
        self.analyzer = analyzer
        self.fallback = fallback
    }

    /// Forgets all evidence, for the next product.
    public mutating func reset() {
        evidence = aisle_evidence()
    }

    /// Takes in one text of the product: its title, its description.
    public mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { add($0) }
    }

    /// Takes in one text of the product, as UTF-8 bytes.
    public mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        analyzer.collectEvidence(of: bytes, into: &evidence)
    }

    /// The language all texts since the last `reset` speak for.
    public var language: Language {
        if evidence.cyrillic_words > 0, evidence.cyrillic_letters >= evidence.latin_letters { return .russian }
        var best = (language: fallback, count: Int32(0))
        var second: Int32 = 0
        withUnsafeBytes(of: evidence.function_words) { words in
            for (language, count) in zip(Self.languages, words.bindMemory(to: Int32.self)) {
                if count > best.count {
                    second = best.count
                    best = (language, count)
                } else if count > second {
                    second = count
                }
            }
        }
        let leads = second * 3 <= best.count * 2 || best.count - second >= 3
        // Lists of data hold a stray "das" or "la" easily: against the catalogue's own language it takes more.
        let enough = best.language == fallback || fallback == .none ? 2 : 3
        return best.count >= enough && leads ? best.language : fallback
    }
}
