internal import Foundation
internal import Synchronization

/// Requests on their way to the engine's thread.
final class EngineQueue: Sendable {
    /// A request, before the engine's thread makes a job of it.
    struct Request: Sendable {
        var id: Int
        var prompts: EncodedPrompts
        var deadline: ContinuousClock.Instant?
        var continuation: CheckedContinuation<RerankResult, any Error>
    }

    /// What arrived since the thread looked last.
    struct Arrivals: Sendable {
        var requests: [Request] = []
        var cancelled: Set<Int> = []
        var isStopping = false
    }

    private struct State {
        var arrivals = Arrivals()
        var nextID = 0
        /// Documents of requests that are not answered yet.
        var documents = 0
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    /// Documents that may wait at a time.
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// A number for a request, so that it can be cancelled before it is added.
    func newID() -> Int {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Refuses documents for which there is no room, before anybody prepares them.
    ///
    /// - Throws: `EngineError.busy`, `.stopped`.
    func check(room count: Int) throws(EngineError) {
        if let error = state.withLock({ refusal($0, count) }) { throw error }
    }

    private func refusal(_ state: State, _ count: Int) -> EngineError? {
        if state.arrivals.isStopping { return .stopped }
        return state.documents > 0 && state.documents + count > limit ? .busy(waiting: state.documents) : nil
    }

    /// Adds a request, or answers it at once when too many documents wait or the engine has stopped.
    func add(_ request: Request) {
        let count = request.prompts.documents.count
        let error = state.withLock { state -> EngineError? in
            if let error = refusal(state, count) { return error }
            state.documents += count
            state.arrivals.requests.append(request)
            return nil
        }
        if let error {
            request.continuation.resume(throwing: error)
        } else {
            signal.signal()
        }
    }

    /// A request is no longer wanted.
    func cancel(_ id: Int) {
        state.withLock { _ = $0.arrivals.cancelled.insert(id) }
        signal.signal()
    }

    /// No request is accepted from here on; the thread ends when it has answered those that wait.
    func stop() {
        state.withLock { $0.arrivals.isStopping = true }
        signal.signal()
    }

    /// A request was answered.
    func finished(documents: Int) {
        state.withLock { $0.documents -= documents }
    }

    /// What arrived; waits until something does where `wait` says so.
    func take(wait: Bool) -> Arrivals {
        if wait { signal.wait() }
        return state.withLock { state in
            let arrivals = state.arrivals
            state.arrivals.requests = []
            state.arrivals.cancelled = []
            return arrivals
        }
    }
}
