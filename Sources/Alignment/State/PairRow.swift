internal import GRDB

/// How a pair became a candidate, and what was seen when both rows were compared.
struct PairSources: OptionSet, Hashable {
    let rawValue: Int

    /// The first stage found the right row by the left one.
    static let forward = PairSources(rawValue: 1)
    /// The first stage found the left row by the right one.
    static let backward = PairSources(rawValue: 2)
    /// They share codes, quantities, words in Latin letters, or a brand.
    static let evidence = PairSources(rawValue: 4)
    /// They have the same price.
    static let price = PairSources(rawValue: 8)
    /// All pairs are candidates.
    static let exhaustive = PairSources(rawValue: 16)
    /// They share a whole code that few rows have.
    static let code = PairSources(rawValue: 32)
    /// Their codes or amounts differ.
    static let differing = PairSources(rawValue: 64)
}

/// A candidate as it is stored; rows by their numbers.
struct PairRow: FetchableRecord {
    var left: Int64
    var right: Int64
    var sources: PairSources
    /// BM25 of the right row for the left one's text; nil: not among the first.
    var forwardBM25: Double?
    /// The reverse.
    var backwardBM25: Double?
    /// 0...1.
    var lexical: Double?
    /// The model's margin with the left row as query.
    var forward: Double?
    /// The model's margin with the right row as query.
    var backward: Double?
    var probability: Double?
    var decision: Decision
    var conflict: Conflict

    init(row: Row) {
        left = row["left"]
        right = row["right"]
        sources = PairSources(rawValue: row["sources"])
        forwardBM25 = row["forward_bm25"]
        backwardBM25 = row["backward_bm25"]
        lexical = row["lexical"]
        forward = row["forward"]
        backward = row["backward"]
        probability = row["probability"]
        decision = Decision(rawValue: row["decision"]) ?? .drop
        conflict = Conflict(rawValue: row["conflict"])
    }

    /// The mean of both directions' margins: the log of the geometric mean of their odds.
    var margin: Double? {
        guard let forward, let backward else { return nil }
        return (forward + backward) / 2
    }
}
