/// Keys and values of the instructions used last: they are the same for every query.
struct PrefixCache {
    /// Tokens kept, of all instructions.
    ///
    /// An ordinary one has some 60; a token takes 229 KB in the 0.6B model.
    static let limit = 1024

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

    /// Keeps a block, and drops those not used for longest when there are too many tokens; one is always kept.
    mutating func insert(_ block: KeyValueBlock, of ids: [TokenID]) {
        entries.append((ids, block))
        while entries.count > 1, entries.reduce(0, { $0 + $1.ids.count }) > Self.limit { entries.removeFirst() }
    }
}
