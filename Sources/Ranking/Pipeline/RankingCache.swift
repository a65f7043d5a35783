internal import Retriever
internal import Synchronization

/// Rankings kept for a short while, so that all pages of a query are cut from one.
final class RankingCache: Sendable {
    /// What a ranking depends on: everything but the page and the budget.
    struct Key: Hashable {
        let index: IndexIdentity
        let search: SearchRequest
        let stage: RankingStage
        let candidates: Int
        let fusion: Fusion?
        let instruction: String?
        let floor: Double?
        let clicks: ClickBlend
        let rules: BusinessRules
        /// The backend's fingerprint.
        let backend: String?

        init(_ request: RankingRequest, index: IndexIdentity, backend: String?) {
            self.index = index
            var search = request.search
            search.top = 0
            search.offset = 0
            search.budget = nil
            self.search = search
            stage = request.stage
            candidates = request.candidates
            fusion = request.fusion
            instruction = request.instruction
            floor = request.floor
            clicks = request.clicks
            rules = request.rules
            self.backend = backend
        }
    }

    private struct Entry {
        let window: RankedWindow
        let expires: ContinuousClock.Instant
    }

    private let entries = Mutex<[Key: Entry]>([:])
    private let limit: Int
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant

    /// A cache of at most `limit` rankings, each for at most `lifetime`.
    init(limit: Int, lifetime: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.limit = limit
        self.lifetime = lifetime
        self.now = now
    }

    /// A ranking that is not too old.
    ///
    /// - Parameters:
    ///   - key: What is asked for.
    ///   - evidence: The edition of the click evidence that counts now; nil: none does.
    ///   - isFirstPage: A new visit gets a complete one with today's evidence or none, so that a reranker that failed
    ///     is tried again; later pages go on in whatever the first page was cut from.
    /// - Returns: Nil where the ranking has to be made.
    func window(_ key: Key, evidence: Int?, isFirstPage: Bool) -> RankedWindow? {
        let time = now()
        let window = entries.withLock { entries -> RankedWindow? in
            guard let entry = entries[key] else { return nil }
            if entry.expires <= time {
                entries[key] = nil
                return nil
            }
            return entry.window
        }
        guard let window else { return nil }
        return !isFirstPage || window.isComplete && window.evidence == evidence ? window : nil
    }

    /// Keeps a ranking, and gives back the one to use: a complete one is not replaced by one that is not.
    func keep(_ window: RankedWindow, for key: Key) -> RankedWindow {
        guard limit > 0 else { return window }
        let time = now()
        return entries.withLock { entries in
            if let entry = entries[key], entry.expires > time, entry.window.isComplete, !window.isComplete {
                return entry.window
            }
            entries[key] = Entry(window: window, expires: time + lifetime)
            if entries.count > limit {
                entries = entries.filter { $0.value.expires > time }
                // All live as long, so the first to expire is the oldest.
                if entries.count > limit, let oldest = entries.min(by: { $0.value.expires < $1.value.expires })?.key {
                    entries[oldest] = nil
                }
            }
            return window
        }
    }
}
