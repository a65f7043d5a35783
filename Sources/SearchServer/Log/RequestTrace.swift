import Synchronization

/// What happened to a request on its way, written down by those who did it.
final class RequestTrace: Sendable {
    /// A part of the work that is timed.
    enum Stage: String, Sendable, CaseIterable {
        /// Waiting for a free place.
        case queue
        /// The first stage.
        case firstStage = "first_stage"
        /// The reranker.
        case rerank
        /// Writing the answer down as JSON.
        case encode
        /// Changing the index.
        case index
    }

    private struct Notes {
        var times: [Stage: Double] = [:]
        var failure: String?
        var caller: String?
    }

    private let notes = Mutex(Notes())

    /// Adds time, in milliseconds, to a stage.
    func add(_ milliseconds: Double, to stage: Stage) {
        notes.withLock { $0.times[stage, default: 0] += milliseconds }
    }

    /// The stages that took place, in their order, with their times in milliseconds.
    var stages: [(stage: Stage, milliseconds: Double)] {
        let times = notes.withLock { $0.times }
        return Stage.allCases.compactMap { stage in times[stage].map { (stage, $0) } }
    }

    /// Keeps what went wrong inside the server: the log's reader has to know it, the request's sender not.
    func note(failure: String) {
        notes.withLock { $0.failure = failure }
    }

    /// Keeps whose key was sent.
    func note(caller: String) {
        notes.withLock { $0.caller = caller }
    }

    /// Whose key was sent.
    var caller: String? { notes.withLock { $0.caller } }

    /// What went wrong inside the server.
    var failure: String? { notes.withLock { $0.failure } }
}
