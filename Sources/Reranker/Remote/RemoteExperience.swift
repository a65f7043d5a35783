internal import Synchronization

/// What was learned about a server from its answers.
final class RemoteExperience: Sendable {
    private struct State {
        var chunk: Int
        var sendsMargins = false
    }

    private let state: Mutex<State>

    init(chunk: Int) {
        state = Mutex(State(chunk: chunk))
    }

    /// Documents to a request.
    var chunk: Int { state.withLock { $0.chunk } }

    /// A request of twice as many was too large.
    func lowerChunk(to count: Int) {
        state.withLock { $0.chunk = max(1, min($0.chunk, count)) }
    }

    /// Whether the server's numbers are log-odds: once one was outside 0...1, all are, also those that are inside.
    var sendsMargins: Bool { state.withLock { $0.sendsMargins } }

    /// The server's numbers, where nobody said what they are.
    func learnScale(_ scores: some Sequence<Double>) {
        guard scores.contains(where: { !RemoteJob.isProbability($0) }) else { return }
        state.withLock { $0.sendsMargins = true }
    }
}
