import Ranking
import Synchronization

/// One of several equal requests at the same time does the work, the others get its result (single flight).
///
/// The work belongs to all of them: it goes on when the one who began it leaves, and is cancelled when the last one has.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Running {
        let number: Int
        let task: Task<Value, any Error>
        /// Who waits for it.
        var waiting = 1
    }

    private struct State {
        var running: [Key: Running] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    /// How `work` ends, or equal work that is running.
    ///
    /// - Returns: How it ends, and whether somebody else began it.
    /// - Throws: `CancellationError` when the caller is cancelled first.
    func result(
        _ key: Key,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (result: Result<Value, any Error>, isShared: Bool) {
        let (running, isShared) = join(key, work)
        defer { leave(key, running.number) }
        let task = running.task
        guard let result = try await TimeLimit.first(until: nil, { await task.result }) else {
            throw CancellationError()
        }
        return (result, isShared)
    }

    private func join(_ key: Key, _ work: @escaping @Sendable () async throws -> Value) -> (Running, isShared: Bool) {
        state.withLock { state in
            if var running = state.running[key] {
                running.waiting += 1
                state.running[key] = running
                return (running, true)
            }
            state.lastNumber += 1
            let number = state.lastNumber
            let task = Task {
                defer { self.forget(key, number) }
                return try await work()
            }
            let running = Running(number: number, task: task)
            state.running[key] = running
            return (running, false)
        }
    }

    private func leave(_ key: Key, _ number: Int) {
        let unwanted = state.withLock { state -> Task<Value, any Error>? in
            guard var running = state.running[key], running.number == number else { return nil }
            running.waiting -= 1
            state.running[key] = running.waiting > 0 ? running : nil
            return running.waiting > 0 ? nil : running.task
        }
        unwanted?.cancel()
    }

    private func forget(_ key: Key, _ number: Int) {
        state.withLock { state in
            if state.running[key]?.number == number { state.running[key] = nil }
        }
    }
}
