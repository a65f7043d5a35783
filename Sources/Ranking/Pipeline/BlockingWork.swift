internal import Dispatch
internal import Synchronization

/// Work that waits for the disk or computes for long: never on the threads of Swift's own pool.
package enum BlockingWork {
    /// Does `work` on a thread that may block.
    ///
    /// - Parameter work: What to do; it may ask now and then whether its caller was cancelled.
    /// - Returns: What the work gives.
    /// - Throws: What the work throws.
    package static func run<Value: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Value
    ) async throws -> Value {
        let flag = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try work { flag.isSet } })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private final class CancellationFlag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .relaxed) }

        func set() { value.store(true, ordering: .relaxed) }
    }
}
