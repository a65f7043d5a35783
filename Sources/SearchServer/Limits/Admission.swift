import Synchronization

/// Lets a bounded number of requests work at a time; a bounded number of others waits.
///
/// Clients take turns: a client with a hundred requests waiting delays another one's first request by one place. When
/// the waiting room is full, who has the most waiting gives way. No client takes all places as long as there are more
/// than one, so what one client's slow requests hold up is that client.
final class Admission: Sendable {
    /// How many may work and wait.
    struct Limits: Sendable {
        /// Requests that work at a time, at least 1.
        var places: Int
        /// Requests that wait at most, all clients together.
        var waiting: Int
    }

    /// How full it is.
    struct Load: Sendable {
        var working: Int
        var waiting: Int
        /// Refused since the start.
        var refused: Int
    }

    private struct State {
        /// Places taken, by client and in all.
        var working: [String: Int] = [:]
        var total = 0
        /// Who waits, by client; empty lists are removed.
        var waiting: [String: [Turn]] = [:]
        /// Clients that wait, in the order they are served.
        var order: [String] = []
        var count = 0
        var refused = 0
    }

    let limits: Limits
    private let state = Mutex(State())

    init(_ limits: Limits) {
        self.limits = limits
    }

    /// Places one client may take.
    private var share: Int { max(1, limits.places - max(1, limits.places / 4)) }

    /// How full it is now.
    var load: Load {
        state.withLock { Load(working: $0.total, waiting: $0.count, refused: $0.refused) }
    }

    /// Does `work` as soon as there is a place.
    ///
    /// - Parameters:
    ///   - client: Who asks.
    ///   - deadline: When waiting is over.
    ///   - work: What to do; gets the time it had to wait.
    /// - Returns: What the work gives.
    /// - Throws: `ServerError.overloaded` when too many wait or the deadline comes first; what the work throws.
    func run<Value: Sendable>(
        client: String,
        deadline: ContinuousClock.Instant,
        _ work: (_ waited: Duration) async throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        try await enter(client, deadline)
        defer { leave(client) }
        return try await work(ContinuousClock.now - start)
    }

    private func enter(_ client: String, _ deadline: ContinuousClock.Instant) async throws {
        guard let turn = try place(for: client) else { return }
        let timer = Task {
            try await Task.sleep(until: deadline, clock: .continuous)
            if turn.end(.failure(ServerError.overloaded)) { self.forget(turn, of: client, refused: true) }
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await turn.wait()
        } onCancel: {
            if turn.end(.failure(CancellationError())) { forget(turn, of: client, refused: false) }
        }
    }

    /// A place, or (not nil) a turn to wait for.
    private func place(for client: String) throws -> Turn? {
        try state.withLock { state in
            if state.total < limits.places, state.working[client, default: 0] < share {
                take(&state, client)
                return nil
            }
            if state.count >= limits.waiting {
                state.refused += 1
                let own = state.waiting[client, default: []].count
                let most = state.waiting.max { $0.value.count < $1.value.count }
                guard let most, most.value.count > own + 1, let last = most.value.last else {
                    throw ServerError.overloaded
                }
                remove(&state, last, of: most.key)
                _ = last.end(.failure(ServerError.overloaded))
            }
            let turn = Turn()
            if state.waiting[client] == nil { state.order.append(client) }
            state.waiting[client, default: []].append(turn)
            state.count += 1
            return turn
        }
    }

    /// Gives a place back, and to the next client in turn that may have it.
    private func leave(_ client: String) {
        state.withLock { state in
            state.total -= 1
            let own = state.working[client, default: 1] - 1
            state.working[client] = own == 0 ? nil : own
            while state.total < limits.places {
                guard let next = state.order.first(where: { state.working[$0, default: 0] < share }),
                    let turn = state.waiting[next]?.first
                else { return }
                remove(&state, turn, of: next)
                // Behind all others, if it has more waiting.
                if let place = state.order.firstIndex(of: next) {
                    state.order.remove(at: place)
                    state.order.append(next)
                }
                // Who gave up at this moment has no use for the place.
                if turn.end(.success(())) { take(&state, next) }
            }
        }
    }

    private func take(_ state: inout State, _ client: String) {
        state.working[client, default: 0] += 1
        state.total += 1
    }

    private func forget(_ turn: Turn, of client: String, refused: Bool) {
        state.withLock { state in
            state.refused += refused ? 1 : 0
            remove(&state, turn, of: client)
        }
    }

    private func remove(_ state: inout State, _ turn: Turn, of client: String) {
        guard var turns = state.waiting[client], let place = turns.firstIndex(where: { $0 === turn }) else { return }
        turns.remove(at: place)
        state.waiting[client] = turns.isEmpty ? nil : turns
        if turns.isEmpty { state.order.removeAll { $0 == client } }
        state.count -= 1
    }
}
