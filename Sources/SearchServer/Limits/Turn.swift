import Synchronization

/// A place in a queue: waits until somebody says how the waiting ends, and listens to the first who does.
final class Turn: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, any Error>)
        case over(Result<Void, any Error>)
    }

    private let state = Mutex(State.new)

    /// Waits for the end.
    ///
    /// - Throws: The error it ends with.
    func wait() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let end: Result<Void, any Error>? = state.withLock { state in
                if case .over(let end) = state { return end }
                state = .waiting(continuation)
                return nil
            }
            if let end { continuation.resume(with: end) }
        }
    }

    /// Ends the waiting; whether nobody did before.
    func end(_ result: Result<Void, any Error>) -> Bool {
        let (isFirst, continuation) = state.withLock { state in
            let before = state
            if case .over = before { return (false, nil as CheckedContinuation<Void, any Error>?) }
            state = .over(result)
            if case .waiting(let continuation) = before { return (true, continuation) }
            return (true, nil)
        }
        continuation?.resume(with: result)
        return isFirst
    }
}
