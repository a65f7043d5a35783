/// Posting lists that were read lately, bounded in bytes.
///
/// Two generations: what is used moves to the young one; when that is full it becomes the old one and the old one is
/// forgotten. As good as exact recency here, and a hit costs one look-up.
struct PostingCache {
    private var young: [[UInt8]: PostingList] = [:]
    private var old: [[UInt8]: PostingList] = [:]
    private var youngCost = 0
    private let limit: Int

    /// `limit` in bytes.
    init(limit: Int) {
        self.limit = limit
    }

    mutating func list(of term: [UInt8]) -> PostingList? {
        if let list = young[term] { return list }
        guard let list = old[term] else { return nil }
        keep(list, of: term)
        return list
    }

    mutating func keep(_ list: PostingList, of term: [UInt8]) {
        guard young.updateValue(list, forKey: term) == nil else { return }
        youngCost += list.cost + term.count + 64
        guard youngCost > limit / 2 else { return }
        old = young
        young = [:]
        youngCost = 0
    }
}

/// A small map that forgets what was not used for the longest time.
struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var entries: [Key: (value: Value, used: Int)] = [:]
    private var clock = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    subscript(key: Key) -> Value? {
        mutating get {
            guard let entry = entries[key] else { return nil }
            clock += 1
            entries[key] = (entry.value, clock)
            return entry.value
        }
        set {
            clock += 1
            entries[key] = newValue.map { ($0, clock) }
            if entries.count > limit, let oldest = entries.min(by: { $0.value.used < $1.value.used })?.key {
                entries[oldest] = nil
            }
        }
    }
}
