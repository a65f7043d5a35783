internal import Reranker

/// Asks the model about pairs, several rows at a time.
struct PairScorer: Sendable {
    let backend: any RerankBackend
    /// Requests at a time.
    let concurrency: Int

    /// The margins of all queries' documents, in the queries' order.
    ///
    /// - Throws: What the backend throws; `AlignmentError.unscored`; `CancellationError`.
    func score(_ queries: [ScoringQuery], isSwapped: Bool) async throws -> [ScoredPair] {
        try await withThrowingTaskGroup(of: (Int, [ScoredPair]).self) { group in
            var results = Array(repeating: [ScoredPair](), count: queries.count)
            var next = 0
            func start() {
                let place = next
                next += 1
                group.addTask { (place, try await score(queries[place], isSwapped: isSwapped)) }
            }
            while next < min(concurrency, queries.count) { start() }
            while let (place, pairs) = try await group.next() {
                results[place] = pairs
                if next < queries.count { start() }
            }
            return results.flatMap { $0 }
        }
    }

    private func score(_ query: ScoringQuery, isSwapped: Bool) async throws -> [ScoredPair] {
        try Task.checkCancellation()
        let request = RerankRequest(query: query.text, documents: query.documents, instruction: query.instruction)
        let scores = try await backend.score(request).scores
        let margins = scores.compactMap { $0?.margin }.filter(\.isFinite)
        guard margins.count == query.others.count else {
            // Cancellation may leave documents out, which is nobody's fault.
            try Task.checkCancellation()
            throw AlignmentError.unscored(
                count: query.others.count - margins.count,
                model: backend.description.model
            )
        }
        return zip(query.others, margins).map { other, margin in
            ScoredPair(left: isSwapped ? other : query.row, right: isSwapped ? query.row : other, margin: margin)
        }
    }
}
