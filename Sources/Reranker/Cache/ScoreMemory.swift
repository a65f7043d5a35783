/// Recent scores in memory: two generations, of which the older is dropped when the younger is full.
///
/// What was used since the last change of generations survives the next one.
struct ScoreMemory {
    private var young: [ScoreKey: CachedScore] = [:]
    private var old: [ScoreKey: CachedScore] = [:]
    /// Scores in a generation.
    private let capacity: Int

    /// A memory of at most `limit` scores (about 100 bytes each).
    init(limit: Int) {
        capacity = max(1, limit / 2)
    }

    /// Scores held.
    var count: Int { young.count + old.count }

    mutating func score(_ key: ScoreKey) -> CachedScore? {
        if let score = young[key] { return score }
        guard let score = old.removeValue(forKey: key) else { return nil }
        insert(score, for: key)
        return score
    }

    mutating func insert(_ score: CachedScore, for key: ScoreKey) {
        if young.count >= capacity, young[key] == nil {
            old = young
            young = [:]
        }
        old[key] = nil
        young[key] = score
    }
}
