import Catalog
import Testing

/// A text, and its tokens in the notation of `notation(of:)`.
struct AnalyzerCase: CustomTestStringConvertible, Sendable {
    let text: String
    let language: Language
    let tokens: [String]
    var testDescription: String { "\(text) (\(language.rawValue))" }

    /// A text in no language.
    init(_ text: String, _ tokens: String) {
        self.init(text, .none, tokens)
    }

    /// Expected tokens are given one a line.
    init(_ text: String, _ language: Language, _ tokens: String) {
        self.text = text
        self.language = language
        self.tokens = tokens.split(separator: "\n").map(String.init)
    }
}

/// Tokens as `position.unit text start-end kinds`, kinds by a letter each: w(ord), b(igram), u(nigram), c(ode), j(oin),
/// p(art), s(tem), x (crossing).
func notation(of tokens: [Token]) -> [String] {
    let letters: [(TokenKinds, String)] = [
        (.word, "w"), (.bigram, "b"), (.unigram, "u"), (.code, "c"), (.codeJoin, "j"), (.codePart, "p"), (.stem, "s"),
        (.crossing, "x"),
    ]
    return tokens.map { token in
        let kinds = letters.filter { token.kinds.contains($0.0) }.map(\.1).joined()
        let range = "\(token.range.lowerBound)-\(token.range.upperBound)"
        return "\(token.position).\(token.unit) \(token.text) \(range) \(kinds)"
    }
}

/// The texts of the tokens alone.
func words(_ text: String, _ language: Language = .none) throws -> [String] {
    try Analyzer().analyze(text, language: language).map(\.text)
}
