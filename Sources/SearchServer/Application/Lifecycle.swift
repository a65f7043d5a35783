import ServiceLifecycle
import Synchronization

/// Whether the server takes requests.
final class Lifecycle: Sendable {
    /// In the order of a server's life.
    enum State: String, Sendable {
        case starting
        case ready
        /// Told to stop: what is under way is finished, nothing else.
        case stopping
    }

    private let current = Mutex(State.starting)

    /// Now.
    var state: State { current.withLock { $0 } }

    /// The server listens.
    func start() {
        current.withLock { if $0 == .starting { $0 = .ready } }
    }

    /// The server was told to stop.
    func stop() {
        current.withLock { $0 = .stopping }
    }
}

/// Hears first that the server is to stop: before the connections do.
struct LifecycleWatch: Service {
    let lifecycle: Lifecycle

    func run() async throws {
        try? await gracefulShutdown()
        lifecycle.stop()
    }
}
