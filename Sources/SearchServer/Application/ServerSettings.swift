/// What is decided when the server starts, and holds for all requests.
public struct ServerSettings: Sendable {
    /// The address to listen at: a name or a number of this machine.
    public var host = "127.0.0.1"
    /// The port to listen at; 0 takes any that is free.
    public var port = 8080
    /// The index file.
    public var index: String
    /// What requests may cost.
    public var limits = RequestLimits()
    /// The folder of evaluation reports to show; nil: there is none.
    public var reports: String?
    /// How long answers that are under way may take to finish once the server is told to stop.
    public var drainTime = Duration.seconds(20)

    /// Settings with their defaults, for an index file.
    public init(index: String) {
        self.index = index
    }
}
