/// One row as a query, with the rows it is to be scored with.
struct ScoringQuery: Sendable {
    /// The row that is the query.
    var row: Int64
    /// Its text.
    var text: String
    /// The task.
    var instruction: String
    /// The rows that are documents.
    var others: [Int64]
    /// Their texts.
    var documents: [String]
}

/// What the model said of one pair in one direction.
struct ScoredPair: Sendable {
    var left: Int64
    var right: Int64
    /// Log-odds of "the same product".
    var margin: Double
}
