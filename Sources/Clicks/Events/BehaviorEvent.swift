/// Something a shopper did with something that was shown (UBI event, version 1.3.0).
public struct BehaviorEvent: Hashable, Sendable {
    /// What was done.
    public var action: EventAction
    /// When.
    public var time: EventTime
    /// Whether the sender said when; otherwise `time` is when it arrived.
    public var isTimed: Bool
    /// The search it follows from; without one an event is kept, but is no evidence.
    public var queryID: QueryID?
    /// What it was done to.
    public var object: ObjectID?
    /// The place it was shown at, from 1; nil: not said, then the search's record knows.
    public var position: Int?
    /// What was typed, where the event says so and no record of the search does.
    public var userQuery: String?
    /// Who did it.
    public var visitor: Visitor
    /// The shop or app it comes from.
    public var application: String?

    /// An event.
    public init(
        _ action: EventAction,
        time: EventTime,
        isTimed: Bool = true,
        queryID: QueryID? = nil,
        object: ObjectID? = nil,
        position: Int? = nil,
        userQuery: String? = nil,
        visitor: Visitor = Visitor(),
        application: String? = nil
    ) {
        self.action = action
        self.time = time
        self.isTimed = isTimed
        self.queryID = queryID
        self.object = object
        self.position = position
        self.userQuery = userQuery
        self.visitor = visitor
        self.application = application
    }
}
