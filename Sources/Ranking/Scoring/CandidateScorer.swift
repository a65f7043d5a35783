import Reranker

/// Asks the reranker for the margins of candidates; whatever it does, there is an answer in time.
struct CandidateScorer: Sendable {
    let backend: any RerankBackend
    let breaker: CircuitBreaker

    /// The scores of candidates, in their order.
    struct Scores: Sendable {
        /// Nil for candidates without one.
        var scores: [RelevanceScore?]
        var report: RerankReport
    }

    /// When to stop.
    struct Deadlines: Sendable {
        /// For the backend.
        var inner: ContinuousClock.Instant
        /// For waiting for it; later than `inner`.
        var outer: ContinuousClock.Instant
    }

    /// Scores texts, the most promising first.
    ///
    /// - Throws: `CancellationError` only.
    func score(
        query: String,
        texts: [String],
        instruction: String?,
        deadlines: Deadlines?
    ) async throws -> Scores {
        let start = ContinuousClock.now
        let time = deadlines.map { $0.inner - start }
        if let time, time <= .zero { return none(texts, .skipped, .noTime, since: start) }
        let request = RerankRequest(
            query: query,
            documents: texts,
            instruction: instruction,
            deadline: deadlines?.inner
        )
        let permit: CircuitBreaker.Permit
        switch breaker.admit() {
        case .success(let granted): permit = granted
        case .failure(let error):
            let reason = RerankReason.resting(failures: error.refusal.failures, pause: error.refusal.pause)
            return try await known(request, reason, since: start)
        }
        /// A deadline that was far off is the backend's failure.
        let late = time.map { $0 >= breaker.settings.leastTime } ?? true ? CircuitBreaker.Outcome.failure : .unknown
        do {
            let answer = try await TimeLimit.first(until: deadlines?.outer) { [backend] in
                if let cached = backend as? CachedReranker { return try await cached.scoreCounting(request) }
                return (result: try await backend.score(request), cached: 0)
            }
            guard let (result, cached) = answer else {
                breaker.report(late, of: permit)
                return none(texts, .failed, .deadline, since: start)
            }
            if let reason = ScoreDoubt.reason(result.scores, of: texts) {
                breaker.report(.failure, of: permit)
                return none(texts, .failed, reason, since: start)
            }
            let scored = result.scores.count { $0 != nil }
            // A backend that sees that its next batch would be late stops before; some say so.
            let isOver = result.isLate || time.map { ContinuousClock.now - start >= $0 / 2 } ?? false
            if scored == 0 {
                breaker.report(result.isLate ? .unknown : isOver ? late : .failure, of: permit)
                return none(texts, .failed, Self.reason(result, isOver), since: start)
            }
            // Scores that were known before say nothing about the backend; that it added none and failed does.
            let outcome: CircuitBreaker.Outcome =
                cached < scored ? .success : result.failure == nil ? .unknown : isOver ? late : .failure
            breaker.report(outcome, of: permit)
            var report = report(scored == texts.count ? .complete : .partial, nil, since: start)
            if scored < texts.count { report.reason = Self.reason(result, isOver) }
            report.candidates = texts.count
            report.scored = scored
            report.cached = cached
            return Scores(scores: result.scores, report: report)
        } catch {
            if Task.isCancelled {
                breaker.report(.unknown, of: permit)
                throw CancellationError()
            }
            // A server that was cut off by our own deadline says so with an error.
            var isOver = deadlines.map { ContinuousClock.now >= $0.inner } ?? false
            if case RemoteError.deadline = error { isOver = true }
            // An instruction that is too long says nothing about the backend.
            breaker.report(error is PromptError ? .unknown : isOver ? late : .failure, of: permit)
            return none(texts, .failed, isOver ? .deadline : .failure("\(error)"), since: start)
        }
    }

    /// What is known without the backend, which is left alone for this reason.
    private func known(
        _ request: RerankRequest,
        _ reason: RerankReason,
        since start: ContinuousClock.Instant
    ) async throws -> Scores {
        let texts = request.documents
        guard let cached = backend as? CachedReranker else { return none(texts, .skipped, reason, since: start) }
        let (result, count) = try await cached.scoreCounting(request, asksBackend: false)
        guard count > 0, ScoreDoubt.reason(result.scores, of: texts) == nil else {
            return none(texts, .skipped, reason, since: start)
        }
        let isWhole = count == texts.count
        var report = report(isWhole ? .complete : .partial, isWhole ? nil : reason, since: start)
        report.candidates = texts.count
        report.scored = count
        report.cached = count
        return Scores(scores: result.scores, report: report)
    }

    /// Why candidates have no score.
    private static func reason(_ result: RerankResult, _ isOver: Bool) -> RerankReason {
        result.failure.map(RerankReason.failure) ?? (isOver ? .deadline : .incomplete)
    }

    private func none(
        _ texts: [String],
        _ status: RerankReport.Status,
        _ reason: RerankReason,
        since start: ContinuousClock.Instant
    ) -> Scores {
        var report = report(status, reason, since: start)
        report.candidates = texts.count
        return Scores(scores: Array(repeating: nil, count: texts.count), report: report)
    }

    private func report(
        _ status: RerankReport.Status,
        _ reason: RerankReason?,
        since start: ContinuousClock.Instant
    ) -> RerankReport {
        var report = RerankReport(status, reason)
        report.backend = backend.description.backend
        report.model = backend.description.model
        report.milliseconds = (ContinuousClock.now - start).milliseconds
        return report
    }
}
