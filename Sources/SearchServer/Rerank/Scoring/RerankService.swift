import Ranking
import Reranker

/// Scores what the rerank endpoints are asked, with the backend that searches use: shared batches, one score cache.
struct RerankService: Sendable {
    /// Nil: there is none.
    let backend: (any RerankBackend)?
    /// Why there is none, where one was wanted.
    let unavailable: String?
    /// The task where a request names none; nil: the model's own.
    let instruction: String?
    /// Who may use the reranker now: searches and the rerank endpoints take turns.
    let admission: Admission

    /// A result, and how many of its scores were known before.
    typealias Counted = (result: RerankResult, cached: Int)

    /// Questions of one request that the backend has at a time; it shares its batches among them.
    private static let atATime = 16
    /// How much later than the backend's end the waiting ends: longer than one of its passes.
    private static let patience = Duration.seconds(1)

    /// The model's name.
    ///
    /// - Throws: `ServerError.noModel`, `.modelUnavailable`.
    func model() throws(ServerError) -> String {
        try available().description.model
    }

    private func available() throws(ServerError) -> any RerankBackend {
        if let backend { return backend }
        if let unavailable { throw .modelUnavailable(reason: unavailable) }
        throw .noModel
    }

    /// Scores questions.
    ///
    /// - Parameters:
    ///   - questions: Their places are those of the result.
    ///   - options: What the request says.
    ///   - start: When the request came.
    /// - Returns: One entry a document; all of them have a score unless the request allows otherwise.
    /// - Throws: `ServerError`, what the backend throws, `CancellationError`.
    func scores(
        _ questions: [RerankQuestion],
        options: RerankOptions,
        since start: ContinuousClock.Instant
    ) async throws -> RerankScores {
        let backend = try available()
        let deadline = start + options.time
        let requests = questions.map { question in
            RerankRequest(
                query: question.query,
                documents: question.texts,
                instruction: options.instruction ?? instruction,
                documentTokens: options.documentTokens,
                deadline: deadline
            )
        }
        let results = try await results(requests, backend, until: deadline + Self.patience)
        let scores = RerankScores(questions, results)
        let scored = scores.margins.count { $0 != nil }
        if scored < scores.margins.count, !options.allowsPartial || scored == 0 {
            // A backend that sees that its next batch would be late stops before, not all of them say so.
            let isOver = scores.isLate || scores.failure == nil && ContinuousClock.now - start >= options.time / 2
            guard isOver else {
                let reason = "it scored \(scored) of \(scores.margins.count) documents"
                throw ServerError.rerankerFailed(reason: scores.failure.map { "\(reason): \($0)" } ?? "\(reason).")
            }
            let limit = Int(options.time.milliseconds)
            throw ServerError.timeOver(scored: scored, documents: scores.margins.count, milliseconds: limit)
        }
        if options.refusesCuts {
            if scores.isQueryTruncated { throw ServerError.queryCut }
            if let first = scores.truncated.first { throw ServerError.documentCut(index: first) }
        }
        return scores
    }

    /// The results of requests in their order, some at a time; nil for those that were not answered in time.
    private func results(
        _ requests: [RerankRequest],
        _ backend: any RerankBackend,
        until end: ContinuousClock.Instant
    ) async throws -> [Counted?] {
        try await withThrowingTaskGroup(of: (Int, Counted?).self) { group in
            var results = [Counted?](repeating: nil, count: requests.count)
            for (place, request) in requests.enumerated() {
                if place >= Self.atATime, let (done, result) = try await group.next() { results[done] = result }
                group.addTask { (place, try await Self.result(request, backend, until: end)) }
            }
            for try await (done, result) in group { results[done] = result }
            return results
        }
    }

    private static func result(
        _ request: RerankRequest,
        _ backend: any RerankBackend,
        until end: ContinuousClock.Instant
    ) async throws -> Counted? {
        let counted: Counted?
        do {
            counted = try await TimeLimit.first(until: end) {
                if let cached = backend as? CachedReranker { return try await cached.scoreCounting(request) }
                return (result: try await backend.score(request), cached: 0)
            }
        } catch RemoteError.deadline {
            return nil
        }
        guard let counted else { return nil }
        let result = counted.result
        guard result.scores.count == request.documents.count else {
            let reason = "it gave \(result.scores.count) scores for \(request.documents.count) documents."
            throw ServerError.rerankerFailed(reason: reason)
        }
        guard result.scores.allSatisfy({ $0?.margin.isFinite ?? true }) else {
            throw ServerError.rerankerFailed(reason: "a score is not a number.")
        }
        return counted
    }
}

extension RerankScores {
    /// The results of all questions together.
    init(_ questions: [RerankQuestion], _ results: [RerankService.Counted?]) {
        margins = Array(repeating: nil, count: questions.reduce(0) { $0 + $1.places.count })
        truncated = []
        isQueryTruncated = results.contains { $0?.result.isQueryTruncated == true }
        failure = results.lazy.compactMap { $0?.result.failure }.first
        // One that was not answered in time has no result.
        isLate = results.contains { $0?.result.isLate ?? true }
        cached = 0
        var tokens: Int? = 0
        for (question, counted) in zip(questions, results) {
            guard let result = counted?.result else { continue }
            cached += counted?.cached ?? 0
            for (place, score) in zip(question.places, result.scores) { margins[place] = score?.margin }
            truncated += result.truncated.map { question.places[$0] }
            tokens = tokens.flatMap { sum in result.promptTokens.map { sum + $0 } }
        }
        truncated.sort()
        promptTokens = tokens
    }
}
