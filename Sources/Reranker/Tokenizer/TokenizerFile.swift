internal import CTokenizer

/// What a tokenizer.json says, checked: the tables, and what else the encoder must know.
struct TokenizerFile {
    /// The tables of an `aisle_vocabulary`.
    private(set) var tables: [UInt64] = []
    /// The added tokens, in the file's order.
    private(set) var addedTokens: [AddedToken] = []
    /// Whether texts are brought into NFC.
    private(set) var normalizes = false

    /// A token that is matched in a text before everything else.
    struct AddedToken {
        var content: String
        var id: TokenID
        /// Matched behind NFC instead of before it.
        var isNormalized: Bool
    }

    /// The pattern words are cut by.
    static let pattern =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"#
        + #"|\s+(?!\S)|\s+"#

    init(_ text: UnsafeBufferPointer<UInt8>) throws(TokenizerFileProblem) {
        let json = try TokenizerJSON(text)
        var file = try Fields(json.root, path: "")
        _ = file.take("version")
        // How batches were cut and filled up when the model was saved: the reference, which encodes text by text, sets
        // both anew with each call.
        _ = file.take("truncation")
        _ = file.take("padding")
        let added = file.take("added_tokens")
        normalizes = try Self.normalizer(file.take("normalizer"))
        try Self.checkPreTokenizer(file.need("pre_tokenizer"))
        try Self.checkByteLevel(file.take("post_processor"), at: "post_processor")
        try Self.checkByteLevel(file.take("decoder"), at: "decoder")
        let model = try file.need("model")
        try file.finish()

        var fields = try Fields(model, path: "model.")
        let vocabulary = try fields.need("vocab")
        let merges = try fields.need("merges")
        try Self.checkModel(&fields)
        try vocabulary.require("an object", "model.vocab") { $0.isObject }
        try merges.require("an array", "model.merges") { $0.isArray }
        addedTokens = try Self.addedTokens(added, normalizes: normalizes)
        tables = try Self.tables(json, vocabulary: vocabulary.node, merges: merges.node, added: addedTokens)
    }

    // MARK: Fields

    private static func normalizer(_ value: TokenizerJSON.Value?) throws(TokenizerFileProblem) -> Bool {
        guard let value, !value.isNull else { return false }
        var fields = try Fields(value, path: "normalizer.")
        try fields.need("type").require("\"NFC\", or no normalizer", "normalizer.type") { $0.string == "NFC" }
        try fields.finish()
        return true
    }

    /// A sequence of a split by the pattern and the byte-level alphabet.
    private static func checkPreTokenizer(_ value: TokenizerJSON.Value) throws(TokenizerFileProblem) {
        var fields = try Fields(value, path: "pre_tokenizer.")
        try fields.need("type").require("\"Sequence\"", "pre_tokenizer.type") { $0.string == "Sequence" }
        let steps = try fields.need("pretokenizers")
        try fields.finish()
        try steps.require("Split, then ByteLevel", "pre_tokenizer.pretokenizers") { $0.elements.count == 2 }

        var split = try Fields(steps.elements[0], path: "pre_tokenizer.pretokenizers[0].")
        try split.need("type").require("\"Split\"", split.path + "type") { $0.string == "Split" }
        var expression = try Fields(split.need("pattern"), path: split.path + "pattern.")
        let found = try expression.need("Regex")
        try found.require("Qwen's pattern", expression.path + "Regex") { $0.string == pattern }
        try expression.finish()
        try split.need("behavior").require("\"Isolated\"", split.path + "behavior") { $0.string == "Isolated" }
        try split.take("invert")?.require("false", split.path + "invert") { $0.bool == false }
        try split.finish()

        try checkByteLevel(steps.elements[1], at: "pre_tokenizer.pretokenizers[1]", cutsWords: true)
    }

    /// Accepts nothing, or `ByteLevel`; where words are cut it must be there, without a pattern of its own.
    ///
    /// As a post-processor or decoder its flags do not change ids.
    ///
    /// - Throws: What is not supported.
    private static func checkByteLevel(
        _ value: TokenizerJSON.Value?,
        at path: String,
        cutsWords: Bool = false
    ) throws(TokenizerFileProblem) {
        guard let value, cutsWords || !value.isNull else { return }
        var fields = try Fields(value, path: path + ".")
        let supported = cutsWords ? "\"ByteLevel\"" : "\"ByteLevel\", or none"
        try fields.need("type").require(supported, path + ".type") { $0.string == "ByteLevel" }
        let prefix = try fields.need("add_prefix_space")
        let ownPattern = fields.take("use_regex")
        if cutsWords {
            try prefix.require("false", path + ".add_prefix_space") { $0.bool == false }
            // Left out, it is true in the reference.
            guard let ownPattern else { throw .missingField(path + ".use_regex") }
            try ownPattern.require("false", path + ".use_regex") { $0.bool == false }
        }
        _ = fields.take("trim_offsets")
        try fields.finish()
    }

    private static func checkModel(_ fields: inout Fields) throws(TokenizerFileProblem) {
        try fields.need("type").require("\"BPE\"", "model.type") { $0.string == "BPE" }
        try fields.take("dropout")?.require("null", "model.dropout") { $0.isNull }
        for name in ["continuing_subword_prefix", "end_of_word_suffix"] {
            try fields.take(name)?.require("empty", "model." + name) { $0.isNull || $0.string == "" }
        }
        for name in ["byte_fallback", "ignore_merges"] {
            try fields.take(name)?.require("false", "model." + name) { $0.bool == false }
        }
        // Every byte has a token (that is checked), so nothing is ever unknown and these two mean nothing.
        _ = fields.take("unk_token")
        _ = fields.take("fuse_unk")
        try fields.finish()
    }

    private static func addedTokens(
        _ value: TokenizerJSON.Value?,
        normalizes: Bool
    ) throws(TokenizerFileProblem) -> [AddedToken] {
        guard let value, !value.isNull else { return [] }
        try value.require("an array", "added_tokens") { $0.isArray }
        var tokens: [AddedToken] = []
        for (index, element) in value.elements.enumerated() {
            let path = "added_tokens[\(index)]."
            var fields = try Fields(element, path: path)
            let content = try fields.need("content")
            let id = try fields.need("id")
            let isNormalized = try fields.need("normalized")
            for name in ["single_word", "lstrip", "rstrip"] {
                try fields.need(name).require("false", path + name) { $0.bool == false }
            }
            _ = fields.take("special")
            try fields.finish()
            try content.require("1 to 65,535 bytes of text", path + "content") { value in
                value.string.map { (1..<Int(AISLE_TOKEN_LIMIT)).contains($0.utf8.count) } ?? false
            }
            try id.require("a whole number below \(AISLE_ID_LIMIT)", path + "id") { value in
                value.int.map { (0..<Int(AISLE_ID_LIMIT)).contains($0) } ?? false
            }
            try isNormalized.require("true or false", path + "normalized") { $0.bool != nil }
            guard let text = content.string, let number = id.int, let normalized = isNormalized.bool else { continue }
            if normalized && normalizes {
                // The reference matches the normalized content, which would have to be spelled out here.
                var copy = text
                let isStable = copy.withUTF8 { aisle_is_nfc($0.baseAddress, $0.count) }
                try content.require("text that NFC leaves alone", path + "content") { _ in isStable }
            }
            tokens.append(AddedToken(content: text, id: TokenID(number), isNormalized: normalized))
        }
        return tokens
    }

    // MARK: Tables

    private static func tables(
        _ json: TokenizerJSON,
        vocabulary: Int,
        merges: Int,
        added: [AddedToken]
    ) throws(TokenizerFileProblem) -> [UInt64] {
        var contents: [UInt8] = []
        let list = added.map { token in
            defer { contents.append(contentsOf: token.content.utf8) }
            return aisle_added_token(
                start: UInt32(contents.count),
                length: UInt32(token.content.utf8.count),
                id: token.id,
                normalized: token.isNormalized
            )
        }
        var failure = aisle_vocabulary_failure()
        var problem = AISLE_VOCABULARY_GOOD
        let tables = json.nodes.withUnsafeBufferPointer { nodes in
            contents.withUnsafeBufferPointer { contents in
                list.withUnsafeBufferPointer { list in
                    var source = aisle_vocabulary_source(
                        json: json.text.baseAddress,
                        nodes: nodes.baseAddress,
                        vocabulary: vocabulary,
                        merges: merges,
                        added_text: contents.baseAddress,
                        added: list.baseAddress,
                        added_count: list.count
                    )
                    let count = (aisle_vocabulary_bytes(&source) + 7) / 8
                    return [UInt64](unsafeUninitializedCapacity: count) {
                        problem = aisle_vocabulary_build(&source, OpaquePointer($0.baseAddress), &failure)
                        $1 = count
                    }
                }
            }
        }
        guard problem == AISLE_VOCABULARY_GOOD else {
            throw TokenizerFileProblem(problem, failure, json, added)
        }
        return tables
    }
}

/// The fields of one object, taken one by one; what nobody took is unknown.
private struct Fields {
    let path: String
    private var values: [String: TokenizerJSON.Value] = [:]

    init(_ value: TokenizerJSON.Value, path: String) throws(TokenizerFileProblem) {
        self.path = path
        guard value.isObject else {
            let name = path.isEmpty ? "the file" : String(path.dropLast())
            throw .unsupported(field: name, found: value.source, supported: "an object")
        }
        for (key, value) in value.members {
            guard values.updateValue(value, forKey: key) == nil else { throw .repeatedField(path + key) }
        }
    }

    /// A field that may be left out.
    mutating func take(_ name: String) -> TokenizerJSON.Value? { values.removeValue(forKey: name) }

    mutating func need(_ name: String) throws(TokenizerFileProblem) -> TokenizerJSON.Value {
        guard let value = take(name) else { throw .missingField(path + name) }
        return value
    }

    /// Refuses what is left.
    func finish() throws(TokenizerFileProblem) {
        if let unknown = values.keys.min() { throw .unknownField(path + unknown) }
    }
}

extension TokenizerJSON.Value {
    /// Refuses a value by name unless it is as supported.
    fileprivate func require(
        _ supported: String,
        _ field: String,
        _ isSupported: (Self) -> Bool
    ) throws(TokenizerFileProblem) {
        guard isSupported(self) else { throw .unsupported(field: field, found: source, supported: supported) }
    }
}

extension TokenizerFileProblem {
    /// What the C builder found.
    fileprivate init(
        _ problem: aisle_vocabulary_problem,
        _ failure: aisle_vocabulary_failure,
        _ json: TokenizerJSON,
        _ added: [TokenizerFile.AddedToken]
    ) {
        let source = json.source(at: failure.node)
        switch problem {
        case AISLE_VOCABULARY_ID:
            self = .tokenID(token: source, id: json.source(at: failure.node + 1), count: failure.detail)
        case AISLE_VOCABULARY_TOKEN_TWICE: self = .repeatedToken(source)
        case AISLE_VOCABULARY_ID_TWICE: self = .repeatedID(id: failure.detail, token: source)
        case AISLE_VOCABULARY_TOKEN_LENGTH: self = .tokenLength(token: source)
        case AISLE_VOCABULARY_BYTE: self = .missingByte(failure.detail)
        case AISLE_VOCABULARY_MERGE_FORM: self = .mergeForm(merge: source, rank: failure.detail)
        case AISLE_VOCABULARY_MERGE_PART, AISLE_VOCABULARY_MERGE_RESULT:
            self = .mergeToken(merge: source, rank: failure.detail)
        case AISLE_VOCABULARY_MERGE_TWICE: self = .repeatedMerge(merge: source, rank: failure.detail)
        case AISLE_VOCABULARY_ADDED_ID:
            let token = added[failure.detail]
            self = .addedTokenID(token: token.content, id: Int(token.id), expected: failure.node)
        case AISLE_VOCABULARY_ADDED_TWICE: self = .repeatedAddedToken(added[failure.detail].content)
        case AISLE_VOCABULARY_ADDED_REACHABLE: self = .reachableAddedToken(added[failure.detail].content)
        default: self = .outOfMemory
        }
    }
}
