package import CAnalyzer

/// TEMPORARY stand-in until the analyzer branch brings its own.
package final class Analyzer {
    private let handle: OpaquePointer
    package init() throws {
        var error: UnsafePointer<CChar>?
        guard let handle = aisle_analyzer_create(&error) else {
            throw CatalogError.analyzer(reason: error.map { String(cString: $0) } ?? "unknown")
        }
        self.handle = handle
    }
    deinit { aisle_analyzer_destroy(handle) }
    package func withTokens<R>(of bytes: UnsafeBufferPointer<UInt8>, language: Language, _ body: (UnsafeBufferPointer<aisle_token>) throws -> R) throws -> R {
        var tokens: UnsafePointer<aisle_token>?
        let count = bytes.withMemoryRebound(to: CChar.self) { aisle_analyze(handle, $0.baseAddress, Int32($0.count), language.code, &tokens) }
        guard count >= 0 else { throw CatalogError.analyzer(reason: "out of memory") }
        return try body(UnsafeBufferPointer(start: tokens, count: Int(count)))
    }
    package func analyze(_ text: String, language: Language) -> [Token] {
        var text = text
        return text.withUTF8 { bytes in
            (try? withTokens(of: bytes, language: language) { $0.map { t in
                Token(text: String(decoding: UnsafeBufferPointer(start: UnsafeRawPointer(t.text)!.assumingMemoryBound(to: UInt8.self), count: Int(t.length)), as: UTF8.self), range: Int(t.start)..<Int(t.end), position: Int(t.position), unit: Int(t.unit), kinds: Token.Kinds(rawValue: t.kind))
            } }) ?? []
        }
    }
    package func detectLanguage(of text: String, fallback: Language) -> Language { fallback }
    package func detectLanguage(of bytes: UnsafeBufferPointer<UInt8>, fallback: Language) -> Language { fallback }
    package func addEvidence(of bytes: UnsafeBufferPointer<UInt8>, to evidence: inout LanguageEvidence) {}
}
package struct LanguageEvidence { package init() {}; package var commonestLatin: Language? { nil } }
package struct Token {
    package struct Kinds: OptionSet { package let rawValue: UInt32; package init(rawValue: UInt32) { self.rawValue = rawValue }
        static package let word = Kinds(rawValue: 1), bigram = Kinds(rawValue: 2), unigram = Kinds(rawValue: 4), code = Kinds(rawValue: 8), codeJoin = Kinds(rawValue: 16), codePart = Kinds(rawValue: 32), stem = Kinds(rawValue: 64), crossing = Kinds(rawValue: 128) }
    package let text: String, range: Range<Int>, position: Int, unit: Int, kinds: Kinds
}
extension Language { var code: aisle_language { aisle_language(UInt32(aisle_language_from_code(rawValue))) } }

extension Token.Kinds { package var names: [String] { [] } }
