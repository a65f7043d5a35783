internal import CTokenizer
public import Foundation

/// Turns text into token ids exactly as Hugging Face `tokenizers` does for byte-level BPE of the Qwen kind.
///
/// Loaded from a `tokenizer.json` with any vocabulary of that kind; what the file says beyond it is refused. Immutable
/// after loading, and used from any number of threads. NFC and character classes are those of the reference, compiled
/// in, so ids do not depend on the machine's Unicode version.
public final class Tokenizer: Sendable {
    /// The highest id of any token plus 1: how many rows of the embedding can be asked for.
    public let vocabularySize: Int

    private let tables: [UInt64]
    private let normalizes: Bool
    private let addedTokens: [(content: String, id: TokenID)]
    private let hasNormalizedTokens: Bool
    private let pool = EncoderScratchPool()

    /// Loads a `tokenizer.json`, or the one of a model's folder.
    ///
    /// - Throws: `TokenizerError`.
    public convenience init(contentsOf url: URL) throws(TokenizerError) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        let file = exists && isFolder.boolValue ? url.appendingPathComponent("tokenizer.json") : url
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw .unreadable(path: file.path, reason: error.localizedDescription)
        }
        do {
            try self.init(json: data)
        } catch {
            throw .file(path: file.path, problem: error)
        }
    }

    /// Reads the text of a `tokenizer.json`.
    ///
    /// - Throws: `TokenizerFileProblem`.
    public init(json: Data) throws(TokenizerFileProblem) {
        var file: Result<TokenizerFile, TokenizerFileProblem> = .failure(.outOfMemory)
        json.withUnsafeBytes { bytes in
            file = Result { () throws(TokenizerFileProblem) in
                try TokenizerFile(bytes.bindMemory(to: UInt8.self))
            }
        }
        let read = try file.get()
        tables = read.tables
        normalizes = read.normalizes
        addedTokens = read.addedTokens.map { ($0.content, $0.id) }
        hasNormalizedTokens = read.addedTokens.contains { $0.isNormalized }
        vocabularySize = read.tables.withUnsafeBufferPointer {
            Int(aisle_vocabulary_size(OpaquePointer($0.baseAddress)))
        }
    }

    // MARK: Tokens

    /// The id of a token as the vocabulary spells it: `yes`, `Ġyes` for ` yes`, `<|im_end|>`.
    public func id(of token: String) -> TokenID? {
        var token = token
        let id = token.withUTF8 { bytes in
            withVocabulary { aisle_token_id($0, bytes.baseAddress, bytes.count) }
        }
        return id < 0 ? nil : id
    }

    /// The id of an added token, which only `ControlTokens.recognised` yields; nil for ordinary tokens.
    public func controlTokenID(of content: String) -> TokenID? {
        // Compared as bytes: equality of strings is canonical.
        addedTokens.first { $0.content.utf8.elementsEqual(content.utf8) }?.id
    }

    /// The ids of all added tokens, in the file's order.
    public var controlTokenIDs: [TokenID] { addedTokens.map(\.id) }

    /// The text that ids stand for, added tokens included; unknown ids stand for nothing.
    ///
    /// Characters that the ids hold only parts of become U+FFFD.
    public func decode(_ ids: some Sequence<TokenID>) -> String {
        String(decoding: bytes(of: ids), as: UTF8.self)
    }

    /// The bytes that ids stand for, which may begin or end within a character.
    func bytes(of ids: some Sequence<TokenID>) -> [UInt8] {
        var bytes: [UInt8] = []
        var token = [UInt8](repeating: 0, count: Int(AISLE_TOKEN_LIMIT))
        withVocabulary { vocabulary in
            for id in ids {
                let count = aisle_token_bytes(vocabulary, id, &token, token.count)
                bytes.append(contentsOf: token[..<count])
            }
        }
        return bytes
    }

    // MARK: Encoding

    /// The ids of a text.
    public func encode(_ text: String, controlTokens: ControlTokens = .neutralised) -> [TokenID] {
        var ids: [TokenID] = []
        encode(text, controlTokens: controlTokens, into: &ids)
        return ids
    }

    /// The ids of UTF-8 bytes; malformed ones become U+FFFD.
    public func encode(utf8 bytes: some Collection<UInt8>, controlTokens: ControlTokens = .neutralised) -> [TokenID] {
        encode(String(decoding: bytes, as: UTF8.self), controlTokens: controlTokens)
    }

    /// Appends the ids of a text, at most `limit` of them: the first ones.
    ///
    /// Only as much of the text is encoded as the limit asks for.
    ///
    /// - Returns: Whether these are all.
    @discardableResult
    public func encode(
        _ text: String,
        controlTokens: ControlTokens = .neutralised,
        limit: Int = .max,
        into ids: inout [TokenID]
    ) -> Bool {
        var text = text
        var output = EncodedIDs(appendingTo: ids, limit: limit)
        // One owner at any time, or appending would copy the array.
        ids = []
        text.withUTF8 { bytes in
            pool.withScratch { scratch in
                withVocabulary { vocabulary in
                    let encoder = TextEncoder(
                        vocabulary: vocabulary,
                        normalizes: normalizes,
                        hasNormalizedTokens: hasNormalizedTokens
                    )
                    encoder.encode(bytes, controlTokens: controlTokens, &scratch, &output)
                }
            }
        }
        ids = output.ids
        return output.isComplete
    }

    private func withVocabulary<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        tables.withUnsafeBufferPointer { body(OpaquePointer($0.baseAddress)) }
    }
}
