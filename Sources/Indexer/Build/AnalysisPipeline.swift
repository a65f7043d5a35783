internal import Catalog
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Reading on one thread, analysis on all cores, results in the dump's order for the thread that writes.
final class AnalysisPipeline: Sendable {
    private let source: Mutex<SampledDump>
    /// One a queue of `analysis`.
    private let analyzers: [QueueAnalyzer]
    private let reading = DispatchQueue(label: "aisle.index.read")
    /// One serial queue a core: unlike a concurrent one, they get threads of their own however busy the process is, so
    /// that a build cannot starve beside searches that wait for it.
    private let analysis: [DispatchQueue]
    private let state = Mutex(State())

    private struct State {
        var waiting: [Promise<AnalyzedBatch?>] = []
        var progress = DumpProgress()
        var batches = 0
    }

    /// Rows of one batch: enough to invert them well, few enough that their tables stay in the processor's caches.
    static let batch = 512

    init(source: sending SampledDump, settings: IndexSettings, forNewIndex: Bool) {
        self.source = Mutex(source)
        analysis = (0..<ProcessInfo.processInfo.activeProcessorCount).map {
            DispatchQueue(label: "aisle.index.analyze.\($0)")
        }
        analyzers = analysis.map { _ in QueueAnalyzer(settings: settings, forNewIndex: forNewIndex) }
        for _ in 0..<(ProcessInfo.processInfo.activeProcessorCount + 2) { schedule() }
    }

    /// The next batch in the dump's order, nil at its end.
    ///
    /// Throws what reading or analysis threw.
    func next() throws -> AnalyzedBatch? {
        let promise = state.withLock { $0.waiting.removeFirst() }
        let batch = try promise.wait()
        if batch != nil { schedule() }
        return batch
    }

    /// How far reading has come.
    var progress: DumpProgress { state.withLock { $0.progress } }

    /// The reader's report: whole once `next` has returned nil.
    var report: DumpReport { source.withLock { $0.report } }

    private func schedule() {
        let promise = Promise<AnalyzedBatch?>()
        state.withLock { $0.waiting.append(promise) }
        reading.async { [self] in
            do {
                let (outcomes, progress) = try source.withLock { source in
                    (try source.next(limit: Self.batch), source.progress)
                }
                let turn = state.withLock { state in
                    state.progress = progress
                    state.batches += 1
                    return state.batches % analysis.count
                }
                guard let outcomes else { return promise.fulfil(.success(nil)) }
                analysis[turn].async { [self] in
                    promise.fulfil(Result { try analyzers[turn].analyze(outcomes) })
                }
            } catch {
                promise.fulfil(.failure(error))
            }
        }
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
