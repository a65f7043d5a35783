/// Makes the token ids of prompts, divided where keys and values can be kept.
///
/// Prefix, documents and suffix are encoded on their own, and together are exactly what encoding a prompt in one go
/// gives: words of the tokenizer end before a space that follows a colon, and at control tokens. (Between query and
/// `<Document>:` that is not so: `?` and the line end behind it are one token.)
///
/// Added tokens in instructions, queries and documents are ordinary text.
public struct PromptEncoder: Sendable {
    /// The model's own.
    public let tokenizer: Tokenizer
    /// The words around instruction, query and document.
    public let template: PromptTemplate
    /// Most tokens of a prompt.
    public let maxLength: Int
    /// The answer that the document is relevant.
    public let yes: TokenID
    /// The answer that it is not.
    public let no: TokenID

    private let openingIDs: [TokenID]
    private let suffixIDs: [TokenID]
    /// Tokens before the body.
    private let prefixLength: Int

    /// Most tokens of instruction, query and document together.
    public var bodyLimit: Int { maxLength - prefixLength - suffixIDs.count }
    /// Most tokens of an instruction, and of a query; so a document always has about half of the body.
    public var shareLimit: Int { bodyLimit / 4 }

    /// A smaller body is no use.
    private static let leastBody = 128

    /// An encoder for a model's tokenizer.
    ///
    /// `maxLength` is the most tokens of a prompt; the default is the model card's.
    ///
    /// - Throws: `PromptError` when the vocabulary lacks what the prompt needs, or `maxLength` is too small.
    public init(
        tokenizer: Tokenizer,
        template: PromptTemplate = .qwen3,
        maxLength: Int = 8192
    ) throws(PromptError) {
        for token in ["<|im_start|>", "<|im_end|>"] where tokenizer.controlTokenID(of: token) == nil {
            throw .missingControlToken(token)
        }
        guard let yes = tokenizer.id(of: "yes") else { throw .missingAnswer("yes") }
        guard let no = tokenizer.id(of: "no") else { throw .missingAnswer("no") }
        self.tokenizer = tokenizer
        self.template = template
        self.maxLength = maxLength
        self.yes = yes
        self.no = no
        openingIDs = tokenizer.encode(template.opening, controlTokens: .recognised)
        suffixIDs = tokenizer.encode(template.suffix, controlTokens: .recognised)
        prefixLength = openingIDs.count + tokenizer.encode(template.turn).count
        let least = prefixLength + suffixIDs.count + Self.leastBody
        guard maxLength >= least else { throw .maxLengthTooSmall(maxLength: maxLength, least: least) }
    }

    /// Makes the prompts of a query's documents; without an instruction the template's default is taken.
    ///
    /// `documentTokens` is the most tokens of a document, where that is less than there is room for.
    ///
    /// Documents whose turn does not come before `deadline` are left out: nobody would have the time to score them.
    /// There is always one.
    ///
    /// - Throws: `PromptError.instructionTooLong`.
    public func encode(
        query: String,
        documents: [String],
        instruction: String? = nil,
        documentTokens: Int? = nil,
        until deadline: ContinuousClock.Instant? = nil
    ) throws(PromptError) -> EncodedPrompts {
        var prefix = try prefix(query: query, instruction: instruction)
        if let documentTokens { prefix.documentLimit = min(prefix.documentLimit, max(documentTokens, 1)) }
        var prompts = EncodedPrompts(prefix: prefix, documents: [])
        prompts.documents.reserveCapacity(documents.count)
        for document in documents {
            if let deadline, !prompts.documents.isEmpty, ContinuousClock.now >= deadline { break }
            prompts.documents.append(encode(document: document, behind: prefix))
        }
        return prompts
    }

    /// What the documents of a query share.
    ///
    /// A query of more than `shareLimit` tokens is cut to about as many first, from its tail and between characters.
    ///
    /// - Throws: `PromptError.instructionTooLong`.
    public func prefix(query: String, instruction: String? = nil) throws(PromptError) -> PromptPrefix {
        let instruction = instruction ?? template.defaultInstruction
        let limit = shareLimit
        // With its own lines around it, so that they count too.
        let queryPart = template.turn + template.queryPart(instruction: instruction)
        var ids = openingIDs
        guard tokenizer.encode(queryPart, limit: limit, into: &ids) else {
            throw .instructionTooLong(tokens: limit + 1, most: limit)
        }
        let instructionLength = ids.count
        let cut = cutQuery(query, limit: limit)
        tokenizer.encode(template.queryAndDocumentPart(query: cut ?? query), into: &ids)
        return PromptPrefix(
            ids: ids,
            instructionLength: instructionLength,
            isQueryTruncated: cut != nil,
            documentLimit: bodyLimit - (ids.count - prefixLength)
        )
    }

    /// A document's own tokens and the suffix; what exceeds the prefix's limit is cut from its tail.
    public func encode(document: String, behind prefix: PromptPrefix) -> PromptDocument {
        var ids: [TokenID] = []
        let isComplete = tokenizer.encode(" " + document, limit: prefix.documentLimit, into: &ids)
        return PromptDocument(ids: ids + suffixIDs, isTruncated: !isComplete)
    }

    /// The beginning of a query that is too long; nil: it is not.
    private func cutQuery(_ query: String, limit: Int) -> String? {
        var ids: [TokenID] = []
        guard !tokenizer.encode(" " + query, limit: limit, into: &ids) else { return nil }
        var bytes = tokenizer.bytes(of: ids).dropFirst()
        // The last id may end within a character: its bytes go.
        while let last = bytes.last, last >= 0x80, String(validating: bytes, as: UTF8.self) == nil {
            bytes.removeLast()
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
