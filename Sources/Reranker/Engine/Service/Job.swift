/// One request on its way through the engine.
final class Job: Identifiable {
    let id: Int
    let prompts: EncodedPrompts
    let deadline: ContinuousClock.Instant?
    /// Keys and values of the prompt's shared part, once computed: the instruction's, then the query's.
    var prefix: [KeyValueBlock]?
    /// One entry a document; nil: not scored yet.
    var scores: [RelevanceScore?]
    /// Tokens whose keys and values are kept for this job alone.
    var heldTokens: Int { prefix?.last?.count ?? 0 }
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

    /// Answers with what is scored; what is not was late.
    func finish() {
        answer(failure: nil)
    }

    /// Answers with an error, or with what is scored already and why there is no more.
    func fail(_ error: any Error) {
        if error is CancellationError || scores.allSatisfy({ $0 == nil }) {
            continuation.resume(throwing: error)
        } else {
            answer(failure: "\(error)")
        }
    }

    private func answer(failure: String?) {
        continuation.resume(
            returning: RerankResult(
                scores: scores,
                promptTokens: prompts.tokenCount,
                truncated: prompts.truncated,
                isQueryTruncated: prompts.prefix.isQueryTruncated,
                failure: failure,
                isLate: failure == nil && scores.contains { $0 == nil }
            )
        )
    }
}
