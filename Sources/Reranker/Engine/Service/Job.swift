/// One request on its way through the engine.
final class Job: Identifiable {
    let id: Int
    let prompts: EncodedPrompts
    let deadline: ContinuousClock.Instant?
    /// Keys and values of the prompt's shared part, once computed: the instruction's, then the query's.
    var prefix: [KeyValueBlock]?
    /// One entry a document; nil: not scored yet.
    var scores: [RelevanceScore?]
    private let continuation: CheckedContinuation<RerankResult, any Error>

    init(
        id: Int,
        prompts: EncodedPrompts,
        deadline: ContinuousClock.Instant?,
        continuation: CheckedContinuation<RerankResult, any Error>
    ) {
        self.id = id
        self.prompts = prompts
        self.deadline = deadline
        self.continuation = continuation
        scores = Array(repeating: nil, count: prompts.documents.count)
    }

    /// Answers with what is scored.
    func finish() {
        continuation.resume(
            returning: RerankResult(
                scores: scores,
                promptTokens: prompts.tokenCount,
                truncated: prompts.truncated,
                isQueryTruncated: prompts.prefix.isQueryTruncated
            )
        )
    }

    /// Answers with an error.
    func fail(_ error: any Error) {
        continuation.resume(throwing: error)
    }
}
