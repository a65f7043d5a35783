internal import Catalog
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Reading and analysis on all cores, results in the dump's order for the thread that writes.
///
/// A batch is read, analyzed and freed on the same queue: its products lie in that core's caches, and its hundreds of
/// thousands of strings and arrays go back to where they came from.
final class AnalysisPipeline: Sendable {
    private let source: Mutex<SampledDump>
    /// One a queue of `analysis`.
    private let analyzers: [QueueAnalyzer]
    /// One serial queue a core: unlike a concurrent one, they get threads of their own however busy the process is, so
    /// that a build cannot starve beside searches that wait for it.
    private let analysis: [DispatchQueue]
    private let state = Mutex(State())

    private struct State {
        /// Batches that `withNext` has not taken yet, and of these the ones that are not read yet, in the dump's order.
        var waiting: [Promise<QueueBatch?>] = []
        var unread: [Promise<QueueBatch?>] = []
        var isReading = false
        var progress = DumpProgress()
        var batches = 0
    }

    /// Rows of one batch: enough to invert them well, few enough that their tables stay in the processor's caches.
    static let batch = 1024

    init(source: sending SampledDump, settings: IndexSettings, forNewIndex: Bool) {
        self.source = Mutex(source)
        analysis = (0..<ProcessInfo.processInfo.activeProcessorCount).map {
            DispatchQueue(label: "aisle.index.analyze.\($0)")
        }
        analyzers = analysis.map { _ in QueueAnalyzer(settings: settings, forNewIndex: forNewIndex) }
        for _ in 0..<(ProcessInfo.processInfo.activeProcessorCount + 2) { schedule() }
    }

    /// Lends the next batch in the dump's order to `body`: false at its end.
    ///
    /// Throws what reading, analysis or `body` threw.
    func withNext(_ body: (AnalyzedBatch) throws -> Void) throws -> Bool {
        let promise = state.withLock { $0.waiting.removeFirst() }
        guard let next = try promise.wait() else { return false }
        schedule()
        if let batch = next.batch { try body(batch) }
        analysis[next.queue].async { next.free() }
        return true
    }

    /// How far reading has come.
    var progress: DumpProgress { state.withLock { $0.progress } }

    /// The reader's report: whole once there is no next batch.
    var report: DumpReport { source.withLock { $0.report } }

    /// How the reader has read, as `report`.
    var plans: [RememberedPlan] { source.withLock { $0.plans } }

    private func schedule() {
        let promise = Promise<QueueBatch?>()
        state.withLock { state in
            state.waiting.append(promise)
            state.unread.append(promise)
        }
        readNext()
    }

    /// Has the next queue read a batch, where one is wanted and no queue is reading.
    ///
    /// Queues take turns, so that none has to wait for a lock while another reads.
    private func readNext() {
        let turn = state.withLock { state -> (promise: Promise<QueueBatch?>, queue: Int)? in
            guard !state.isReading, !state.unread.isEmpty else { return nil }
            state.isReading = true
            state.batches += 1
            return (state.unread.removeFirst(), state.batches % analysis.count)
        }
        guard let (promise, queue) = turn else { return }
        analysis[queue].async { [self] in
            let read = source.withLock { source in
                let read = Result { try source.next(limit: Self.batch) }
                state.withLock { state in
                    state.progress = source.progress
                    state.isReading = false
                }
                return read
            }
            readNext()
            promise.fulfil(
                Result {
                    guard let outcomes = try read.get() else { return nil }
                    return QueueBatch(try analyzers[queue].analyze(outcomes), queue: queue)
                }
            )
        }
    }
}

/// A batch and the queue it was made on.
private final class QueueBatch: Sendable {
    let queue: Int
    private let held: Mutex<AnalyzedBatch?>

    init(_ batch: AnalyzedBatch, queue: Int) {
        held = Mutex(batch)
        self.queue = queue
    }

    /// Nil once it is freed.
    var batch: AnalyzedBatch? { held.withLock { $0 } }

    func free() {
        held.withLock { $0 = nil }
    }
}

/// An analyzer for the batches of one queue, made with the first.
private final class QueueAnalyzer: Sendable {
    private let settings: IndexSettings
    private let forNewIndex: Bool
    private let analyzer = Mutex<BatchAnalyzer?>(nil)

    init(settings: IndexSettings, forNewIndex: Bool) {
        self.settings = settings
        self.forNewIndex = forNewIndex
    }

    /// Blocks while another batch is analyzed; on a serial queue none is.
    func analyze(_ outcomes: [RowOutcome]) throws -> AnalyzedBatch {
        try analyzer.withLock { analyzer in
            if let analyzer { return try analyzer.analyze(outcomes) }
            let made = try BatchAnalyzer(settings: settings, forNewIndex: forNewIndex)
            let batch = try made.analyze(outcomes)
            analyzer = made
            return batch
        }
    }
}

/// A value that one thread makes and another waits for.
private final class Promise<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let ready = DispatchSemaphore(value: 0)

    func fulfil(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        ready.signal()
    }

    /// To be called once.
    func wait() throws -> Value {
        ready.wait()
        guard let result = result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }
}
