internal import Synchronization

/// Waits for work, but not for ever.
package enum TimeLimit {
    /// The work's result; nil when the time is up first, whatever the work does then.
    ///
    /// A task group would wait for work that does not listen to cancellation, so this is none: the work is cancelled
    /// and left to itself.
    ///
    /// - Throws: What the work throws, and `CancellationError` when the caller was cancelled.
    package static func first<Value: Sendable>(
        until deadline: ContinuousClock.Instant?,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        let task = Task { try await work() }
        let race = Race<Value>()
        let timer = deadline.map { deadline in
            Task {
                try await Task.sleep(until: deadline, clock: .continuous)
                if race.end(.success(nil)) { task.cancel() }
            }
        }
        defer { timer?.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                race.begin(continuation)
                Task { _ = race.end(await task.result.map { $0 }) }
            }
        } onCancel: {
            task.cancel()
            _ = race.end(.failure(CancellationError()))
        }
    }

    /// Who comes first resumes the continuation; everybody else is too late.
    private final class Race<Value: Sendable>: Sendable {
        private enum State {
            case waiting(CheckedContinuation<Value?, any Error>?)
            case over(Result<Value?, any Error>)
        }
        private let state = Mutex(State.waiting(nil))

        func begin(_ continuation: CheckedContinuation<Value?, any Error>) {
            let early: Result<Value?, any Error>? = state.withLock { state in
                if case .over(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(with: early) }
        }

        /// Whether this result was the first.
        func end(_ result: Result<Value?, any Error>) -> Bool {
            let (isFirst, continuation) = state.withLock { state in
                guard case .waiting(let continuation) = state else {
                    return (false, nil as CheckedContinuation<Value?, any Error>?)
                }
                state = .over(result)
                return (true, continuation)
            }
            continuation?.resume(with: result)
            return isFirst
        }
    }
}
