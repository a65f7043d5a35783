internal import Foundation
internal import Synchronization

/// Scores that were computed before, in memory and in a file that processes share.
///
/// Nothing here ever fails a search: a file that is damaged is put aside (`FILE.damaged`) and begun anew, one that
/// cannot be opened for writing is not used, and on a full disk scores stay in memory. Only hashes of texts are stored.
public final class ScoreCache: Sendable {
    private struct State {
        var memory: ScoreMemory
        var hits = 0
        var misses = 0
        /// What the file has not been told yet.
        var pending: [(ScoreKey, CachedScore)] = []
        var touched: [ScoreKey] = []
        /// The task that tells it.
        var writer: Task<Void, Never>?
    }

    private let state: Mutex<State>
    private let store: ScoreStore?

    /// Scores that wait for the file at most; beyond this, new ones stay in memory only.
    private static let pendingLimit = 100_000
    /// Scores written in one transaction: one of some milliseconds.
    private static let batch = 1000

    /// A cache.
    ///
    /// - Parameters:
    ///   - path: The file; nil keeps scores in memory only. It is made, with its folder, when the first score is kept.
    ///   - rowLimit: Scores in the file, about 100 bytes each; somewhat more between two cleanings (a twentieth for
    ///     each process that writes). The least recently used are dropped, a tenth at a time.
    ///   - memoryLimit: Scores in memory, about 100 bytes each.
    public convenience init(path: String?, rowLimit: Int = 1_000_000, memoryLimit: Int = 20_000) {
        self.init(path: path, rowLimit: rowLimit, memoryLimit: memoryLimit) { Int(Date().timeIntervalSince1970) }
    }

    /// A cache with a clock of its own, in seconds since 1970.
    init(path: String?, rowLimit: Int, memoryLimit: Int, now: @escaping @Sendable () -> Int) {
        state = Mutex(State(memory: ScoreMemory(limit: memoryLimit)))
        store = path.map { path in
            let folder = (path as NSString).deletingLastPathComponent
            if !folder.isEmpty {
                try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            }
            return ScoreStore(path: path, rowLimit: max(10, rowLimit), now: now)
        }
    }

    /// Where scores are kept unless told otherwise: `$XDG_CACHE_HOME/aisle/scores.db`, else `~/.cache/aisle/scores.db`;
    /// nil without a home.
    public static func defaultPath(_ environment: [String: String]) -> String? {
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return "\(folder)/aisle/scores.db" }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.cache/aisle/scores.db" }
    }

    /// Documents found and not found so far.
    public var counts: (hits: Int, misses: Int) { state.withLock { ($0.hits, $0.misses) } }

    /// Why the file is not used; nil while all is well.
    public var problem: String? {
        get async { await store?.problem }
    }

    /// Waits until everything kept so far is in the file, or was given up.
    ///
    /// A program calls this before it ends; what it loses otherwise has to be computed again, no more.
    public func flush() async {
        while let writer = state.withLock({ $0.writer }) { await writer.value }
    }

    /// Scores found, one entry a key.
    func scores(_ keys: [ScoreKey]) async -> [CachedScore?] {
        var scores = state.withLock { state in keys.map { state.memory.score($0) } }
        let absent = Array(Set(keys.indices.filter { scores[$0] == nil }.map { keys[$0] }))
        if let store, !absent.isEmpty {
            let (found, stale) = await store.lookup(absent)
            state.withLock { state in
                for (key, score) in found { state.memory.insert(score, for: key) }
                state.touched += stale
            }
            for place in keys.indices where scores[place] == nil { scores[place] = found[keys[place]] }
            if !stale.isEmpty { startWriter(store) }
        }
        let misses = scores.count { $0 == nil }
        state.withLock { state in
            state.misses += misses
            state.hits += scores.count - misses
        }
        return scores
    }

    /// Keeps scores: at once in memory, soon in the file.
    ///
    /// Returns without waiting for the file.
    func keep(_ scores: [(ScoreKey, CachedScore)]) {
        let scores = scores.filter { $0.1.margin.isFinite }
        state.withLock { state in
            for (key, score) in scores { state.memory.insert(score, for: key) }
            if store != nil, state.pending.count + scores.count <= Self.pendingLimit { state.pending += scores }
        }
        if let store, !scores.isEmpty { startWriter(store) }
    }

    /// Starts the task that writes what is pending, unless it runs.
    private func startWriter(_ store: ScoreStore) {
        state.withLock { state in
            guard state.writer == nil else { return }
            state.writer = Task { [self] in
                while let (scores, touched) = nextBatch() {
                    await Self.write(scores, touched, to: store)
                }
            }
        }
    }

    /// What to write next; without anything the writer ends.
    private func nextBatch() -> ([(ScoreKey, CachedScore)], [ScoreKey])? {
        state.withLock { state in
            guard !state.pending.isEmpty || !state.touched.isEmpty else {
                state.writer = nil
                return nil
            }
            defer {
                state.pending.removeFirst(min(Self.batch, state.pending.count))
                state.touched.removeAll()
            }
            return (Array(state.pending.prefix(Self.batch)), state.touched)
        }
    }

    /// Writes a batch, waiting for other processes for a second or two and giving it up then.
    private static func write(_ scores: [(ScoreKey, CachedScore)], _ touched: [ScoreKey], to store: ScoreStore) async {
        for attempt in 0..<20 {
            guard case .busy = await store.write(scores, touched: touched) else { return }
            // Searches look scores up in between.
            try? await Task.sleep(for: .milliseconds(10 + attempt * 5))
        }
    }
}
