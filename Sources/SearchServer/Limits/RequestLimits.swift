/// What a single request may cost.
public struct RequestLimits: Sendable {
    /// Bytes of a request's body where it is one JSON document.
    public var bodyBytes = 1 << 20
    /// Characters of a query.
    public var queryLength = 1_000
    /// Characters of an instruction to the reranker.
    public var instructionLength = 2_000
    /// Hits of a page.
    public var pageSize = 250
    /// Hits before a page.
    public var pageOffset = 100_000
    /// Facets of a search.
    public var facets = 50
    /// Product ids of each of `pin`, `bury` and `hide`.
    public var ruleIDs = 1_000
    /// Time for one request, waiting and computing together.
    ///
    /// Searches answer with what they have by then.
    public var time = Duration.seconds(10)

    /// The defaults.
    public init() {}
}
