/// What a search showed, and where (UBI query, version 1.3.0).
///
/// Each page of an answer is a record of its own under the same `id`, with its own `firstPosition`.
public struct SearchRecord: Hashable, Sendable {
    /// The id the answer carried.
    public var id: QueryID
    /// What was typed.
    public var userQuery: String
    /// When it was answered.
    public var time: EventTime
    /// What was shown, in order.
    public var shown: [ObjectID]
    /// The place of the first of them, from 1.
    public var firstPosition: Int
    /// The name of the configuration that ranked; of an interleaved answer nil.
    public var configuration: String?
    /// Which of two configurations contributed which hit; nil: the answer is not interleaved.
    public var interleaving: InterleavedTeams?
    /// Who searched.
    public var visitor: Visitor
    /// The shop or app it comes from.
    public var application: String?

    /// A record.
    public init(
        _ id: QueryID,
        userQuery: String,
        time: EventTime,
        shown: [ObjectID],
        firstPosition: Int = 1,
        configuration: String? = nil,
        interleaving: InterleavedTeams? = nil,
        visitor: Visitor = Visitor(),
        application: String? = nil
    ) {
        self.id = id
        self.userQuery = userQuery
        self.time = time
        self.shown = shown
        self.firstPosition = max(firstPosition, 1)
        self.configuration = configuration
        self.interleaving = interleaving
        self.visitor = visitor
        self.application = application
    }
}

/// One entry of an event log: what was done, or what was shown.
public enum LogRecord: Hashable, Sendable {
    case event(BehaviorEvent)
    case search(SearchRecord)
}
