public import CAnalyzer

/// Turns text into tokens, the same way for documents and queries.
///
/// Not Sendable: an analyzer owns iterators and caches that one thread at a time may use. Make one per thread.
public final class Analyzer {
    private let handle: OpaquePointer

    /// A new analyzer.
    ///
    /// - Throws: `AnalyzerError.unavailable` when ICU's data or memory is missing.
    public init() throws {
        var reason: UnsafePointer<CChar>?
        guard let handle = aisle_analyzer_create(&reason) else {
            throw AnalyzerError.unavailable(reason: reason.map { String(cString: $0) } ?? "unknown reason")
        }
        self.handle = handle
    }

    deinit {
        aisle_analyzer_destroy(handle)
    }

    /// The tokens of `text`, in order of position; words stemmed as `language`.
    public func analyze(_ text: String, language: Language) -> [Token] {
        var text = text
        return text.withUTF8 { bytes in
            withTokens(of: bytes, language: language) { tokens in
                tokens.map(Token.init)
            }
        }
    }

    /// Lends the tokens of UTF-8 bytes (malformed ones separate words) to `body`, without copying any.
    ///
    /// The tokens and their texts are gone when `body` returns, and when the analyzer is used within it. Without
    /// memory for them there are none. Of a text beyond 2 GiB only the first 2 GiB are analyzed.
    public func withTokens<Result>(
        of bytes: UnsafeBufferPointer<UInt8>,
        language: Language,
        _ body: (UnsafeBufferPointer<aisle_token>) throws -> Result
    ) rethrows -> Result {
        var tokens: UnsafePointer<aisle_token>?
        let count = bytes.withMemoryRebound(to: CChar.self) { characters in
            aisle_analyze(handle, characters.baseAddress, Int32(clamping: characters.count), language.stemmer, &tokens)
        }
        return try body(UnsafeBufferPointer(start: tokens, count: max(0, Int(count))))
    }

    /// Adds the evidence that UTF-8 bytes give of their language.
    func collectEvidence(of bytes: UnsafeBufferPointer<UInt8>, into evidence: inout aisle_evidence) {
        bytes.withMemoryRebound(to: CChar.self) { characters in
            aisle_language_evidence(handle, characters.baseAddress, Int32(clamping: characters.count), &evidence)
        }
    }
}

/// Why there is no analyzer.
public enum AnalyzerError: Error, Hashable, CustomStringConvertible {
    /// ICU or memory is missing.
    case unavailable(reason: String)

    /// What is missing.
    public var description: String {
        switch self {
        case .unavailable(let reason): "text cannot be analyzed: \(reason)"
        }
    }
}

extension Language {
    /// The C analyzer's name of this language.
    public var stemmer: aisle_language {
        switch self {
        case .none: AISLE_LANGUAGE_NONE
        case .english: AISLE_LANGUAGE_EN
        case .german: AISLE_LANGUAGE_DE
        case .french: AISLE_LANGUAGE_FR
        case .spanish: AISLE_LANGUAGE_ES
        case .italian: AISLE_LANGUAGE_IT
        case .portuguese: AISLE_LANGUAGE_PT
        case .dutch: AISLE_LANGUAGE_NL
        case .swedish: AISLE_LANGUAGE_SV
        case .norwegian: AISLE_LANGUAGE_NO
        case .danish: AISLE_LANGUAGE_DA
        case .finnish: AISLE_LANGUAGE_FI
        case .russian: AISLE_LANGUAGE_RU
        }
    }
}

extension Token {
    /// A copy of a token of the C analyzer.
    public init(_ token: aisle_token) {
        let bytes = UnsafeRawBufferPointer(start: token.text, count: Int(token.length))
        self.init(
            text: String(decoding: bytes, as: UTF8.self),
            range: Int(token.start)..<Int(token.end),
            position: Int(token.position),
            unit: Int(token.unit),
            kinds: TokenKinds(rawValue: token.kind)
        )
    }
}
