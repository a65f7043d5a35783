/// What one request to the rerank endpoints may cost.
public struct RerankLimits: Sendable {
    /// Bytes of a body.
    public var bodyBytes = 8 << 20
    /// Documents, or pairs, of a request.
    public var documents = 1_000
    /// Bytes of one document's text; of what the model has no room for, the tail is cut.
    public var documentBytes = 1 << 20
    /// Characters of a query; of what the model has no room for, the tail is cut.
    public var queryLength = 10_000
    /// Fields that are read of a document that is an object.
    public var documentFields = 100
    /// Time for a request, waiting and computing together.
    public var time = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
