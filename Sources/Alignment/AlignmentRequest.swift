/// What an alignment takes and how it looks for candidates.
public struct AlignmentRequest: Sendable {
    /// The left list; its rows are the queries of all figures.
    public var left: ListInput
    /// The right list; nil: the left one against itself.
    public var right: ListInput?
    /// A folder for lists, candidates and scores; what is in it of an earlier run of the same command is gone on with.
    public var state: String
    /// Throws an earlier run's state away.
    public var restarts = false
    /// Stops at the first bad row of a list.
    public var stopsAtBadRow = false
    /// Candidates a row gets from the first stage, and as many again from what it shares with others.
    public var candidates = 20
    /// The most pairs of rows for which all are candidates.
    public var exhaustivePairs = 10_000
    /// Instructions, thresholds, calibration.
    public var settings = AlignmentSettings()
    /// Gives each row to one row of the other list at most.
    public var isOneToOne = false
    /// Requests to the model at a time: a server's batches fill, the engine in this process shares its passes.
    public var concurrency = 8

    /// An alignment of two lists, or of one with itself.
    public init(left: ListInput, right: ListInput? = nil, state: String) {
        self.left = left
        self.right = right
        self.state = state
    }
}

/// How far an alignment is.
public struct AlignmentProgress: Sendable, Equatable {
    /// What is being done.
    public enum Phase: String, Sendable, Equatable {
        case reading, evidence, candidates, comparing, scoring, deciding
    }

    /// What is being done.
    public var phase: Phase
    /// Rows done, or pairs in both directions where pairs are scored.
    public var done: Int
    /// Of how many.
    public var total: Int
    /// Of those done, how many an earlier run did: they say nothing about the rate.
    public var earlier: Int
}
