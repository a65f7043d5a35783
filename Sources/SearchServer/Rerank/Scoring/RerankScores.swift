import Reranker

/// The scores of a request's documents, or pairs.
struct RerankScores: Sendable {
    /// Log-odds, one entry a document; nil: not scored in time.
    var margins: [Double?]
    /// Tokens that went through the model for this request, where the backend tells; cached scores cost none.
    var promptTokens: Int?
    /// Documents (indices) whose tails were cut.
    var truncated: [Int]
    /// Whether the tail of a query was.
    var isQueryTruncated: Bool
    /// What kept documents from being scored, other than the time; nil: nothing did.
    var failure: String?
    /// Whether there was no time for some, as the backend saw it.
    var isLate: Bool
    /// Scores that were known before.
    var cached: Int

    /// A margin as it is sent.
    static func shown(_ margin: Double, isRaw: Bool) -> Double {
        isRaw ? margin : RelevanceScore(margin: margin).probability
    }
}
