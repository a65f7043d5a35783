/// Ids that are being collected, up to a limit.
struct EncodedIDs {
    private(set) var ids: [TokenID]
    /// Whether nothing had to be left out.
    private(set) var isComplete = true
    /// How many ids there may be in all.
    private let most: Int

    init(appendingTo ids: [TokenID], limit: Int) {
        self.ids = ids
        let (sum, overflows) = ids.count.addingReportingOverflow(max(0, limit))
        most = overflows ? .max : sum
    }

    mutating func append(_ new: ArraySlice<TokenID>) {
        let room = most - ids.count
        ids.append(contentsOf: new.prefix(room))
        if new.count > room { isComplete = false }
    }

    mutating func append(_ id: TokenID) { append([id]) }
}
