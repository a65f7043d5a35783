import Alignment
import Foundation
import Synchronization

/// How far an alignment is: a line of the terminal that is drawn again and again, or a line a minute in a log.
final class AlignProgressLine: Sendable {
    private struct State {
        var phase: AlignmentProgress.Phase?
        var began = ContinuousClock.now
        var shown: ContinuousClock.Instant?
        var isDrawn = false
    }

    private let state = Mutex(State())
    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Shows the state of things, now and then.
    func show(_ progress: AlignmentProgress) {
        let text = state.withLock { state -> String? in
            let now = ContinuousClock.now
            if state.phase != progress.phase {
                state.phase = progress.phase
                state.began = now
                // A log is told of phases that take long, not of each.
                state.shown = isTerminal ? nil : now
            }
            let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(60)
            if let shown = state.shown, now - shown < pause { return nil }
            state.shown = now
            state.isDrawn = true
            return Self.text(progress, seconds: (now - state.began) / .seconds(1))
        }
        guard let text else { return }
        FileHandle.standardError.write(Data((isTerminal ? "\r\(text)\u{1B}[K" : "\(text)\n").utf8))
    }

    /// Takes the line away.
    func clear() {
        let isDrawn = state.withLock { state in
            defer { state.isDrawn = false }
            return state.isDrawn
        }
        if isDrawn, isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    }

    /// `scoring 1200 of 48000 pairs, 310.5 a second, 151 s left`.
    static func text(_ progress: AlignmentProgress, seconds: Double) -> String {
        guard progress.total > 0 else { return progress.phase.rawValue }
        let unit: String
        switch progress.phase {
        case .reading: unit = "bytes"
        case .scoring: unit = "scores"
        case .evidence, .candidates, .comparing, .deciding: unit = "rows"
        }
        var text = "\(progress.phase.rawValue) \(progress.done) of \(progress.total) \(unit)"
        let rate = Double(progress.done - progress.earlier) / max(seconds, 1e-3)
        if seconds >= 0.5, rate > 0 {
            let left = Double(max(progress.total - progress.done, 0)) / rate
            text += String(format: ", %.1f a second, %.0f s left", rate, left)
        }
        return text
    }
}
