/// Keys and values of the instructions used last: they are the same for every query.
struct PrefixCache {
    /// Instructions kept; one takes some 60 tokens' keys and values in all layers (14 MB for the 0.6B model).
    static let limit = 4

    private var entries: [(ids: [TokenID], block: KeyValueBlock)] = []

    /// Whether `block(of:)` has one.
    func contains(_ ids: [TokenID]) -> Bool { entries.contains { $0.ids == ids } }

    /// The block of an instruction's tokens, which becomes the one used last.
    mutating func block(of ids: [TokenID]) -> KeyValueBlock? {
        guard let index = entries.firstIndex(where: { $0.ids == ids }) else { return nil }
        let entry = entries.remove(at: index)
        entries.append(entry)
        return entry.block
    }

    /// Keeps a block, and drops the one not used for longest when there are too many.
    mutating func insert(_ block: KeyValueBlock, of ids: [TokenID]) {
        entries.append((ids, block))
        if entries.count > Self.limit { entries.removeFirst() }
    }
}
