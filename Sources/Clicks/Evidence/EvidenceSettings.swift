/// How evidence is made of events.
public struct EvidenceSettings: Hashable, Sendable {
    /// Days after which a search counts half; above 0.
    public var halfLifeDays = 30.0
    /// Clicks that one click-through to the cart (or an unnamed conversion) counts as; at least 1.
    public var conversionWeight = 2.0
    /// Clicks that a purchase counts as; at least 1.
    public var purchaseWeight = 3.0
    /// Examined impressions that the prior is worth: with as many of its own, a product is half its own evidence.
    public var priorStrength = 10.0
    /// What of a product's standing in other queries carries over to one it has no evidence in: 0 none, 1 all of it.
    public var backOff = 0.5
    /// Examined impressions below which there is no evidence.
    public var leastExamined = 10.0
    /// Shoppers below which there is no evidence: as many must have seen it, and clicked it where it counts for it.
    public var leastShoppers = 3
    /// Searches of one shopper for one query that count.
    public var mostSearches = 5
    /// Clicks on one product of one query that count from one client (browser), whatever users it names.
    public var mostClicksFromClient = 3
    /// Examined impressions of one client that count in full; of those with more, each counts less.
    public var mostExaminedByClient = 500.0
    /// How many standard deviations above what was expected of it a client may click before it counts less.
    public var clientDeviations = 3.0
    /// Clicks at each rank that the power law which the rank curve leans on is worth.
    public var curvePrior = 5.0
    /// Pages of searches that are looked at: the newest.
    ///
    /// Each takes about 30 bytes a product shown.
    public var mostPages = 1_000_000

    /// The defaults.
    public init() {}

    /// Clicks that an engagement counts as.
    func weight(_ engagement: Engagement) -> Double {
        switch engagement {
        case .none: 0
        case .click: 1
        case .conversion: max(conversionWeight, 1)
        case .purchase: max(purchaseWeight, conversionWeight, 1)
        }
    }
}
