/// How much is kept, and for how long.
public struct EventStoreSettings: Hashable, Sendable {
    /// Days that events and searches are kept, counted from when they happened; above 0.
    public var retentionDays = 180.0
    /// Bytes that the file may hold; beyond this the oldest records are deleted, a tenth at a time.
    public var mostBytes = 4 << 30
    /// Records that may wait to be written before more are refused.
    public var mostWaiting = 50_000

    /// The defaults.
    public init() {}
}

/// What became of a record that was sent.
public enum RecordOutcome: String, Hashable, Sendable {
    /// It is on disk.
    case stored
    /// It was there before.
    case duplicate
    /// It is older than what is kept.
    case expired
}
