/// What is decided when the server starts, and holds for all requests.
public struct ServerSettings: Sendable {
    /// The address to listen at: a name or a number of this machine.
    public var host = "127.0.0.1"
    /// The port to listen at; 0 takes any that is free.
    public var port = 8080
    /// The index file.
    public var index: String
    /// How the shop ranks.
    public var shop = ShopSettings()
    /// Who may do what.
    public var access = AccessPolicy()
    /// Origins of the pages that may ask from a browser, `https://shop.example`; `*` stands for all.
    public var origins: Set<String> = []
    /// Whether the address of a request is the last one in `X-Forwarded-For`: where a proxy stands before the server.
    public var trustsForwardedFor = false
    /// What requests may cost.
    public var limits = RequestLimits()
    /// Bytes of answers to hot queries to keep; 0 keeps none.
    public var cachedBytes = 64 << 20
    /// How long they are kept, unless the index is published anew before.
    public var cachedLifetime = Duration.seconds(60)
    /// How often to look for a newly published index.
    var reloadInterval = Duration.milliseconds(250)
    /// When connections are closed that take too long.
    var connectionTimes = ConnectionDeadlines.Times()
    /// Where events go; nil: none are taken.
    public var events: EventLog?
    /// How often evidence is made of them, where it has changed and somebody uses it.
    var evidenceInterval = Duration.seconds(60)
    /// A second way to rank that some shoppers see beside the shop's own; it needs `events`.
    public var experiment: RankingExperiment?
    /// The folder of evaluation reports to show; nil: there is none.
    public var reports: String?
    /// How long answers that are under way may take to finish once the server is told to stop.
    public var drainTime = Duration.seconds(20)

    /// Settings with their defaults, for an index file.
    public init(index: String) {
        self.index = index
    }
}
