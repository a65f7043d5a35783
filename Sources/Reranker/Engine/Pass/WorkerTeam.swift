internal import CKernels
internal import Foundation

/// The threads a model computes on: the caller's and `count - 1` others, which sleep between loops.
///
/// One thread at a time may call `run`.
final class WorkerTeam {
    /// Threads, the caller's included.
    let count: Int
    private let pool: OpaquePointer

    /// - Throws: `EngineError.threads` when the system gives no more threads.
    init(count: Int) throws {
        guard let size = UInt32(exactly: count), let pool = aisle_pool_create(size) else {
            throw EngineError.threads(count)
        }
        self.count = count
        self.pool = pool
    }

    deinit {
        aisle_pool_destroy(pool)
    }

    /// Calls `body(index, worker)` for each index below `iterations`, on all threads at once and in any order, and
    /// returns when all are done.
    ///
    /// Calls run at the same time: `body` writes only what belongs to its index, or to its worker.
    func run(_ iterations: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
        guard iterations > 0 else { return }
        withoutActuallyEscaping(body) { body in
            var loop = Loop(body: body)
            withUnsafeMutablePointer(to: &loop) { pointer in
                aisle_pool_run(
                    pool,
                    iterations,
                    { context, index, worker in
                        context?.assumingMemoryBound(to: Loop.self).pointee.body(index, worker)
                    },
                    pointer
                )
            }
        }
    }

    /// Divides `0..<rows` into parts of at least `smallest` rows, a few for each thread, and runs them.
    func forEachPart(of rows: Int, smallest: Int, _ body: (_ part: Range<Int>, _ worker: Int) -> Void) {
        let parts = max(1, min(rows / smallest, 4 * count))
        run(parts) { index, worker in
            body(rows * index / parts..<rows * (index + 1) / parts, worker)
        }
    }

    private struct Loop {
        let body: (Int, Int) -> Void
    }

    /// The cores this process may use: what its affinity and its container's share of time allow, where that can be asked.
    static var availableCores: Int {
        max(1, min(ProcessInfo.processInfo.activeProcessorCount, ProcessorQuota.cores() ?? .max))
    }
}
