import Synchronization

/// One of several equal requests at the same time does the work, the others get its result (single flight).
///
/// The work belongs to nobody: it goes on for the others when the one who began it is cancelled.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let running = Mutex<[Key: Task<Value, any Error>]>([:])

    /// The result of `work`, or of equal work that is running.
    ///
    /// - Returns: The result, and whether somebody else began the work.
    /// - Throws: What the work throws.
    func value(
        _ key: Key,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value, isShared: Bool) {
        let (task, isShared) = running.withLock { running -> (Task<Value, any Error>, Bool) in
            if let task = running[key] { return (task, true) }
            let task = Task {
                defer { self.forget(key) }
                return try await work()
            }
            running[key] = task
            return (task, false)
        }
        return (try await task.value, isShared)
    }

    private func forget(_ key: Key) {
        running.withLock { $0[key] = nil }
    }
}
