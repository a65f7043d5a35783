/// The tokens that all documents of a query share: everything up to and including `<Document>:`.
public struct PromptPrefix: Sendable, Equatable {
    /// Template, instruction and query.
    public var ids: [TokenID]
    /// How many of `ids`, up to and including `<Query>:`, are the same for every query of the instruction.
    public var instructionLength: Int
    /// Whether the query's tail was cut, so that the document keeps its room.
    public var isQueryTruncated: Bool
    /// Most ids a document may have of its own behind this prefix, the suffix not counted.
    public var documentLimit: Int
}

/// What a document adds to a prefix.
public struct PromptDocument: Sendable, Equatable {
    /// The document's own tokens and the suffix: with the prefix before them, the whole prompt.
    public var ids: [TokenID]
    /// Whether the document's tail was cut.
    public var isTruncated: Bool
}

/// The prompts of one query.
public struct EncodedPrompts: Sendable, Equatable {
    /// What they share.
    public var prefix: PromptPrefix
    /// One entry a document, in their order.
    public var documents: [PromptDocument]

    /// Documents (indices) whose tail was cut.
    public var truncated: [Int] { documents.indices.filter { documents[$0].isTruncated } }
    /// Tokens of all prompts together, the prefix counted for each.
    public var tokenCount: Int { documents.reduce(0) { $0 + prefix.ids.count + $1.ids.count } }

    /// The whole prompt of a document.
    public func prompt(_ index: Int) -> [TokenID] { prefix.ids + documents[index].ids }
}
