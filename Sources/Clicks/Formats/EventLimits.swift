/// How much is read: what is sent may be anything.
public struct EventLimits: Hashable, Sendable {
    /// Bytes of a document that is read at once.
    public var documentBytes = 4 << 20
    /// Records of a document that is read at once.
    public var records = 1000
    /// Bytes of one line of a file.
    public var lineBytes = 1 << 20
    /// UTF-8 bytes of an identifier or a name.
    public var identifierBytes = 512
    /// UTF-8 bytes of a query.
    public var queryBytes = 4096
    /// Products that one search showed, or one record names.
    public var objects = 1000
    /// Greatest position.
    public var position = 100_000
    /// Days that a record may lie in the future: clocks of browsers are wrong.
    public var futureDays = 1.0

    /// The limits of a request to a server.
    public init() {}

    /// The limits of a file that somebody imports.
    public static let file: EventLimits = {
        var limits = EventLimits()
        limits.documentBytes = 256 << 20
        limits.records = .max
        return limits
    }()
}
