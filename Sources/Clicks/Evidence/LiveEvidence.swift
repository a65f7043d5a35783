internal import Synchronization

/// The evidence that rankings use, which is replaced as a whole while they run.
///
/// Made of millions of impressions it takes seconds, so it is only made where somebody wants it, and only anew where
/// that could change anything.
public final class LiveEvidence: Sendable {
    /// Evidence, and which of those there were it is.
    public struct Edition: Sendable {
        /// What is known.
        public let table: EvidenceTable
        /// Grows with each change: what was made with one edition does not hold for the next.
        public let number: Int
    }

    private struct State {
        var edition: Edition
        var stamp: EventStamp?
        var isWanted = false
    }

    private let state: Mutex<State>

    /// Evidence that is known already; by default none.
    public init(_ table: EvidenceTable = EvidenceTable()) {
        state = Mutex(State(edition: Edition(table: table, number: 0)))
    }

    /// What is known now, for somebody who uses it.
    public var current: Edition {
        state.withLock { state in
            state.isWanted = true
            return state.edition
        }
    }

    /// Whether anybody ever asked for it, or said that somebody will.
    public var isWanted: Bool { state.withLock { $0.isWanted } }

    /// Says that somebody will ask for it.
    public func want() { state.withLock { $0.isWanted = true } }

    /// Share of the half-life after which evidence is made anew although nothing happened: it weighs 0.7 % less by then.
    private static let staleness = 0.01

    /// Makes it anew from what a store holds, where that has changed; until that is done, and where it fails, the old
    /// one stays.
    ///
    /// A server calls this now and then; it takes seconds for millions of impressions, on no thread of Swift's pool.
    ///
    /// - Returns: Whether there is a new edition.
    /// - Throws: `ClicksError`.
    @discardableResult
    public func refresh(from store: EventStore) async throws -> Bool {
        // Before the events are read: what comes in between is read again the next time.
        let stamp = try await store.stamp()
        let (table, known) = state.withLock { ($0.edition.table, $0.stamp) }
        let age = table.time.days(to: store.now())
        if stamp == known, age < Self.staleness * table.settings.halfLifeDays { return false }
        let made = try await store.evidence(table.settings)
        state.withLock { state in
            state.edition = Edition(table: made, number: state.edition.number + 1)
            state.stamp = stamp
        }
        return true
    }
}
