internal import Synchronization

/// Keeps a backend that fails again and again from costing every request its budget.
///
/// After some failures in a row it is left alone for a while; then one request tries it, and the others follow when
/// that one succeeds.
public final class CircuitBreaker: Sendable {
    /// When to stop asking, and for how long.
    public struct Settings: Sendable, Equatable {
        /// Failures in a row after which the backend is left alone, at least 1.
        public var failures: Int
        /// How long it is left alone.
        public var pause: Duration
        /// A passed deadline counts as a failure only where the backend had at least this long.
        ///
        /// Shorter budgets say something about the caller.
        public var leastTime: Duration

        /// Settings; the defaults suit a backend that answers within a second.
        public init(failures: Int = 5, pause: Duration = .seconds(30), leastTime: Duration = .seconds(1)) {
            self.failures = max(1, failures)
            self.pause = pause
            self.leastTime = leastTime
        }
    }

    /// How a request ended, as far as it says something about the backend.
    enum Outcome {
        case success
        case failure
        /// It says nothing: a tiny budget, a caller that went away.
        case unknown
    }

    /// The right to ask the backend; its holder has to tell the outcome.
    struct Permit {
        /// Openings before it; outcomes of requests from before the last one are old news.
        fileprivate let era: Int
        fileprivate let isTrial: Bool
    }

    /// Why the backend is not asked.
    struct Refusal: Equatable {
        var failures: Int
        var pause: Duration
    }

    private enum State {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        case trying
    }

    let settings: Settings
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex((state: State.closed(failures: 0), era: 0))

    /// A breaker that lets everything pass until it hears of failures.
    ///
    /// - Parameters:
    ///   - settings: When to stop asking, and for how long.
    ///   - now: The time; tests have their own.
    public init(
        _ settings: Settings = Settings(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.settings = settings
        self.now = now
    }

    /// Asks for the right to ask the backend.
    func admit() -> Result<Permit, RefusalError> {
        state.withLock { state in
            switch state.state {
            case .closed:
                return .success(Permit(era: state.era, isTrial: false))
            case .open(let until) where now() < until:
                return .failure(RefusalError(refusal: Refusal(failures: settings.failures, pause: until - now())))
            case .open:
                state.state = .trying
                return .success(Permit(era: state.era, isTrial: true))
            case .trying:
                return .failure(RefusalError(refusal: Refusal(failures: settings.failures, pause: .zero)))
            }
        }
    }

    /// Takes note of how a permitted request ended.
    func report(_ outcome: Outcome, of permit: Permit) {
        state.withLock { state in
            guard permit.era == state.era else { return }
            switch (state.state, outcome) {
            case (.closed, .success): state.state = .closed(failures: 0)
            case (.closed(let failures), .failure):
                if failures + 1 < settings.failures {
                    state.state = .closed(failures: failures + 1)
                } else {
                    open(&state, for: settings.pause)
                }
            case (.trying, .success) where permit.isTrial: state.state = .closed(failures: 0)
            case (.trying, .failure) where permit.isTrial: open(&state, for: settings.pause)
            // The next request tries.
            case (.trying, .unknown) where permit.isTrial: open(&state, for: .zero)
            default: break
            }
        }
    }

    private func open(_ state: inout (state: State, era: Int), for pause: Duration) {
        state = (.open(until: now() + pause), state.era + 1)
    }

    /// A refusal as an error, for `Result`.
    struct RefusalError: Error {
        var refusal: Refusal
    }
}
