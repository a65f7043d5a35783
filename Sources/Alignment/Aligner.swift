internal import Dispatch
internal import Foundation
public import Reranker

/// Finds the rows of two lists that are one product: candidates, scores, decisions.
///
/// Everything lies in a state folder, so a run that was stopped goes on where it was, and memory does not grow with the
/// lists (one-to-one needs some 40 bytes for each pair above the review threshold).
public struct Aligner: Sendable {
    private let options: AlignmentRequest
    private let backend: (any RerankBackend)?
    private let onProgress: @Sendable (AlignmentProgress) -> Void

    /// Rows whose scores are kept at a time: what a kill may lose.
    private static let rowsAtOnce = 16

    /// An alignment.
    ///
    /// - Parameters:
    ///   - options: The lists and how to go about them.
    ///   - backend: The model, with its score cache around it; nil: rows are compared by words, codes and numbers, and
    ///     nothing is merged.
    ///   - onProgress: Called after each step, from any thread.
    public init(
        _ options: AlignmentRequest,
        backend: (any RerankBackend)?,
        onProgress: @escaping @Sendable (AlignmentProgress) -> Void = { _ in }
    ) {
        self.options = options
        self.backend = backend
        self.onProgress = onProgress
    }

    /// Runs to the end, from wherever an earlier run got to.
    ///
    /// - Throws: `DumpError`, `IndexerError`, `CatalogError`, `RetrieverError`, `AlignmentError`, what the backend throws,
    ///   and `CancellationError`. Whatever it is, running again goes on.
    public func run() async throws -> FinishedAlignment {
        if options.isOneToOne, options.right == nil { throw AlignmentError.oneToOneOfOneList }
        let scorer = backend?.description.fingerprint ?? Self.lexical
        let worker = try await Self.open(options, scorer: scorer, onProgress)
        do {
            for step in WorkStep.preparing { try await prepare(step, worker) }
            if let backend {
                let scorer = PairScorer(backend: backend, concurrency: max(options.concurrency, 1))
                for step in [WorkStep.scoreForward, .scoreBackward] { try await score(step, worker, scorer) }
            }
            onProgress(AlignmentProgress(phase: .deciding, done: 0, total: 0, earlier: 0))
            try await worker.decide(isModel: backend != nil)
        } catch {
            await worker.close(removing: false)
            throw error
        }
        return FinishedAlignment(worker: worker, model: backend?.description.model, scorer: scorer)
    }

    /// What scores are called that no model made.
    public static let lexical = "lexical"

    /// Opens lists and state on a thread that may wait.
    private static func open(
        _ options: AlignmentRequest,
        scorer: String,
        _ onProgress: @escaping @Sendable (AlignmentProgress) -> Void
    ) async throws -> AlignmentWorker {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result { try AlignmentWorker(options, scorer: scorer, onProgress: onProgress) }
                )
            }
        }
    }

    private func prepare(_ step: WorkStep, _ worker: AlignmentWorker) async throws {
        let total = await worker.rows(of: step)
        let earlier = try await worker.done(step)
        guard earlier < total else { return _ = try await worker.advance(step) }
        while try await worker.advance(step) {
            try Task.checkCancellation()
            let done = try await worker.done(step)
            onProgress(AlignmentProgress(phase: step.phase, done: done, total: total, earlier: earlier))
        }
    }

    private func score(_ step: WorkStep, _ worker: AlignmentWorker, _ scorer: PairScorer) async throws {
        let counts = try await worker.scoreCounts()
        let earlier = counts.forward + counts.backward
        var done = earlier
        while let next = try await worker.nextToScore(step, limit: Self.rowsAtOnce) {
            try Task.checkCancellation()
            let scores = try await scorer.score(next.queries, isSwapped: step == .scoreBackward)
            try await worker.keep(scores, step, through: next.last)
            done += scores.count
            onProgress(AlignmentProgress(phase: .scoring, done: done, total: 2 * counts.pairs, earlier: earlier))
        }
    }
}

/// An alignment that ran to its end: its pairs, its numbers, and what to learn from it.
public struct FinishedAlignment: Sendable {
    let worker: AlignmentWorker
    /// The model as people know it; nil: there was none.
    public let model: String?
    /// What tells its scores from others.
    public let scorer: String

    /// The next pairs in the order of the left list, the best of each row first; nil at the end.
    ///
    /// - Parameter cursor: Where to go on; moved.
    /// - Returns: The pairs of some rows, perhaps none.
    /// - Throws: `AlignmentError.state`, `CatalogError`.
    public func nextPairs(_ cursor: inout PairCursor) async throws -> [AlignedPair]? {
        guard let (pairs, next) = try await worker.pairs(after: cursor, isModel: model != nil) else { return nil }
        cursor = next
        return pairs
    }

    /// What came of it.
    ///
    /// - Parameter truth: A file of truth to measure against; nil: not measured.
    /// - Returns: Counts, and figures where there is truth.
    /// - Throws: `EvalError` and `AlignmentError` about the truth.
    public func summary(truth: String? = nil) async throws -> AlignmentSummary {
        var summary = try await worker.summary(scorer: model ?? Aligner.lexical)
        if let truth { summary.figures = try await worker.figures(truth: truth, model: model) }
        return summary
    }

    /// Judged pairs with the scores that thresholds are fitted to.
    ///
    /// - Parameter truth: A file of truth.
    /// - Returns: All candidates of the judged rows.
    /// - Throws: As `summary`.
    public func labelledScores(truth: String) async throws -> [LabelledScore] {
        try await worker.labelledScores(truth: truth, isModel: model != nil)
    }

    /// Closes the state and, unless it is to be kept, removes it.
    public func close(keepingState: Bool) async {
        await worker.close(removing: !keepingState)
    }
}
