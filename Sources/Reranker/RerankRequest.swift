/// Documents to be scored against one query.
public struct RerankRequest: Sendable, Equatable {
    /// What the shopper typed.
    public var query: String
    /// The documents' texts, the most promising first.
    public var documents: [String]
    /// The task in a sentence, in English; nil takes the backend's default.
    public var instruction: String?
    /// Most tokens of a document of its own, its tail is cut; nil: as many as the model has room for.
    ///
    /// Only a model in this process counts tokens; servers cut as they were told when they were started.
    public var documentTokens: Int?
    /// When to stop scoring and answer with what is done.
    public var deadline: ContinuousClock.Instant?

    /// A request; documents are scored in their order.
    public init(
        query: String,
        documents: [String],
        instruction: String? = nil,
        documentTokens: Int? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) {
        self.query = query
        self.documents = documents
        self.instruction = instruction
        self.documentTokens = documentTokens
        self.deadline = deadline
    }
}

/// The scores of one request.
public struct RerankResult: Sendable, Equatable {
    /// One entry a document, in the order of the request; nil where the deadline passed before it was scored, or where
    /// `failure` says why it was not.
    public var scores: [RelevanceScore?]
    /// Tokens of all prompts together, where the backend tells.
    public var promptTokens: Int?
    /// Documents (indices) whose tail did not fit and was cut.
    public var truncated: [Int]
    /// Whether the query's tail was cut, so that documents keep their room.
    public var isQueryTruncated: Bool
    /// What kept documents from being scored, other than the deadline; nil: nothing did.
    public var failure: String?
    /// Whether the backend itself saw that there was no time for the rest, maybe long before the deadline.
    public var isLate: Bool

    /// The scores of one request, in the order of its documents.
    public init(
        scores: [RelevanceScore?],
        promptTokens: Int? = nil,
        truncated: [Int] = [],
        isQueryTruncated: Bool = false,
        failure: String? = nil,
        isLate: Bool = false
    ) {
        self.scores = scores
        self.promptTokens = promptTokens
        self.truncated = truncated
        self.isQueryTruncated = isQueryTruncated
        self.failure = failure
        self.isLate = isLate
    }
}
