import Catalog
import Foundation
import Ranking
import Retriever
import Synchronization

/// Answers to hot queries, as they are sent; a published index empties it.
///
/// Two generations: what is asked for moves to the young one, and when that has half of the bytes, the old one goes.
final class AnswerCache: Sendable {
    /// What an answer depends on.
    struct Key: Hashable, Sendable {
        let index: IndexIdentity
        let request: RankingRequest
        /// The edition of the click evidence; nil: clicks do not count.
        let evidence: Int?

        /// The budget is left out: only answers that no budget cut short are kept.
        init(_ request: RankingRequest, index: IndexIdentity, evidence: Int?) {
            var request = request
            request.budget = nil
            request.search.budget = nil
            self.request = request
            self.index = index
            self.evidence = evidence
        }
    }

    /// An answer.
    struct Entry: Sendable {
        /// `SearchAnswer.Findings` as JSON.
        let findings: Data
        /// The hits, for those who keep what was shown.
        let hits: [ProductID]
        let expires: ContinuousClock.Instant
    }

    /// How full it is, and what it was good for.
    struct Statistics: Sendable {
        var entries = 0
        var bytes = 0
        var found = 0
        var missed = 0
    }

    private struct State {
        var young: [Key: Entry] = [:]
        var old: [Key: Entry] = [:]
        var youngBytes = 0
        var oldBytes = 0
        var found = 0
        var missed = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    /// What an entry takes besides its JSON, roughly.
    private static let overhead = 1_024

    /// A cache of at most `limit` bytes, each answer for at most `lifetime`; 0 bytes keep nothing.
    init(
        limit: Int,
        lifetime: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.limit = limit
        self.lifetime = lifetime
        self.now = now
    }

    /// An answer that is not too old.
    func entry(_ key: Key) -> Entry? {
        guard limit > 0 else { return nil }
        let time = now()
        return state.withLock { state in
            if let entry = state.young[key], entry.expires > time {
                state.found += 1
                return entry
            }
            if let entry = state.old.removeValue(forKey: key), entry.expires > time {
                state.oldBytes -= Self.size(entry)
                add(entry, for: key, to: &state)
                state.found += 1
                return entry
            }
            state.missed += 1
            return nil
        }
    }

    /// Keeps an answer.
    func keep(_ findings: Data, hits: [ProductID], for key: Key) {
        guard limit > 0 else { return }
        let entry = Entry(findings: findings, hits: hits, expires: now() + lifetime)
        // A huge answer is not worth all the others.
        guard Self.size(entry) <= limit / 16 else { return }
        state.withLock { add(entry, for: key, to: &$0) }
    }

    /// Forgets everything.
    func removeAll() {
        state.withLock { state in
            state.young = [:]
            state.old = [:]
            state.youngBytes = 0
            state.oldBytes = 0
        }
    }

    /// How full it is, and what it was good for so far.
    var statistics: Statistics {
        state.withLock { state in
            Statistics(
                entries: state.young.count + state.old.count,
                bytes: state.youngBytes + state.oldBytes,
                found: state.found,
                missed: state.missed
            )
        }
    }

    private func add(_ entry: Entry, for key: Key, to state: inout State) {
        if let former = state.young.updateValue(entry, forKey: key) { state.youngBytes -= Self.size(former) }
        state.youngBytes += Self.size(entry)
        guard state.youngBytes > limit / 2 else { return }
        state.old = state.young
        state.oldBytes = state.youngBytes
        state.young = [:]
        state.youngBytes = 0
    }

    private static func size(_ entry: Entry) -> Int { entry.findings.count + overhead }
}
