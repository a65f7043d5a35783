/// Whom an event or a search came from, as far as that was sent: three ids and nothing else about a person.
public struct Visitor: Hashable, Sendable {
    /// The person.
    public var user: UserID?
    /// The browser or app.
    public var client: ClientID?
    /// The visit.
    public var session: SessionID?

    /// A visitor; without arguments nothing is known.
    public init(user: UserID? = nil, client: ClientID? = nil, session: SessionID? = nil) {
        self.user = user
        self.client = client
        self.session = session
    }

    /// The same with ids that are not known taken from another.
    func completed(by other: Visitor) -> Visitor {
        Visitor(user: user ?? other.user, client: client ?? other.client, session: session ?? other.session)
    }
}
