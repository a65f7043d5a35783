internal import Synchronization

/// What happens during a download.
public enum PullEvent: Sendable, Equatable {
    case progress(PullProgress)
    /// A file is there; `wasCached`: it was before. `isChecked`: the hub states what its bytes must hash to, and they
    /// did when they arrived.
    case finished(file: String, size: Int64, wasCached: Bool, isChecked: Bool)
    /// Nothing happens for some seconds (nil: for as long as it takes), and why.
    case waiting(reason: String, seconds: Double?)
}

/// Adds up what all transfers bring.
///
/// Events are handed on while no lock is held, from whichever thread caused them.
final class PullMeter: Sendable {
    private struct State {
        var progress = PullProgress(total: 0, done: 0, fetched: 0, filesDone: 0, filesTotal: 0)
        /// Times and bytes of the last seconds, for the rate.
        var samples: [(time: ContinuousClock.Instant, fetched: Int64)] = []
        var reported: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let report: @Sendable (PullEvent) -> Void

    /// Seconds the rate is measured over.
    private static let window = Duration.seconds(5)
    private static let interval = Duration.milliseconds(100)

    /// A meter that hands events on, progress at most ten times a second.
    init(_ report: @escaping @Sendable (PullEvent) -> Void) {
        self.report = report
    }

    /// Announces files that will be fetched or found.
    func plan(_ files: [HubFile]) {
        state.withLock { state in
            state.progress.total += files.reduce(0) { $0 + $1.size }
            state.progress.filesTotal += files.count
        }
    }

    /// Bytes that earlier runs brought.
    func take(_ count: Int64) {
        state.withLock { $0.progress.done += count }
    }

    /// Bytes that were thrown away.
    func drop(_ count: Int64) {
        state.withLock { $0.progress.done -= count }
    }

    /// Bytes that arrived.
    func add(_ count: Int) {
        let progress: PullProgress? = state.withLock { state in
            state.progress.done += Int64(count)
            state.progress.fetched += Int64(count)
            let now = ContinuousClock.now
            if let reported = state.reported, now - reported < Self.interval { return nil }
            state.reported = now
            state.samples.append((now, state.progress.fetched))
            while state.samples.count > 2, now - state.samples[0].time > Self.window { state.samples.removeFirst() }
            if let first = state.samples.first, state.samples.count > 1 {
                let seconds = (now - first.time) / .seconds(1)
                state.progress.rate = Double(state.progress.fetched - first.fetched) / seconds
            }
            return state.progress
        }
        if let progress { report(.progress(progress)) }
    }

    /// A file is there.
    func finish(_ file: HubFile, wasCached: Bool) {
        let progress = state.withLock { state in
            state.progress.filesDone += 1
            return state.progress
        }
        report(.finished(file: file.name, size: file.size, wasCached: wasCached, isChecked: file.hash != nil))
        report(.progress(progress))
    }

    /// Nothing arrives for a while.
    func wait(reason: String, seconds: Double?) {
        report(.waiting(reason: reason, seconds: seconds))
    }
}
