import Foundation

/// What requests may cost.
public struct RequestLimits: Sendable {
    /// Bytes of a request's body where it is one JSON document.
    public var bodyBytes = 1 << 20
    /// Bytes of a body of documents.
    public var documentBytes = 32 << 20
    /// Documents of such a body.
    public var documents = 50_000
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
    /// What requests to the rerank endpoints may cost.
    public var rerank = RerankLimits()
    /// Searches of the first stage that work at a time.
    ///
    /// More than the cores have little use: they are never idle then.
    public var searches = max(4, 2 * ProcessInfo.processInfo.activeProcessorCount)
    /// Searches with the reranker, and rerank requests, that work at a time: they share the model's batches.
    public var reranks = 16
    /// Requests of each of these kinds that wait for a place; further ones are refused.
    public var waiting = 256
    /// Connections; further ones wait in the system's queue.
    public var connections = 4_096
    /// Time for one request, waiting and computing together.
    ///
    /// Searches answer with what they have by then.
    public var time = Duration.seconds(10)

    /// The defaults.
    public init() {}
}
