internal import GRDB

/// A candidate as it is found: the row that asked, the row it found, why.
struct CandidatePair {
    var row: Int64
    var found: Int64
    var sources: PairSources
    /// The first stage's score; nil: found otherwise.
    var score: Double?

    /// Adds the pair, or what is new about it.
    ///
    /// - Parameters:
    ///   - database: The state.
    ///   - isSwapped: Whether the row that asked is the right one.
    /// - Throws: What SQLite says.
    func add(to database: Database, isSwapped: Bool) throws {
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO pairs (left, right, sources, forward_bm25, backward_bm25) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (left, right) DO UPDATE SET sources = sources | excluded.sources,
                    forward_bm25 = coalesce(excluded.forward_bm25, forward_bm25),
                    backward_bm25 = coalesce(excluded.backward_bm25, backward_bm25)
                """
        )
        try statement.execute(
            arguments: [
                isSwapped ? found : row, isSwapped ? row : found, sources.rawValue, isSwapped ? nil : score,
                isSwapped ? score : nil,
            ]
        )
    }
}
