/// What shoppers' clicks say about products: immutable, made of a log of events.
public struct EvidenceTable: Sendable {
    /// Clicks and impressions of a product, for one query or for all.
    public struct Tally: Sendable, Equatable {
        /// Clicks, decayed; conversions count as more (`EvidenceSettings.weight`).
        public internal(set) var clicks: Float = 0
        /// Impressions, decayed, each counted as far as its place is examined; of a further engagement the clicks it
        /// counts as beyond the first are in both.
        public internal(set) var examined: Float = 0
        /// Shoppers who clicked.
        public internal(set) var clickers: UInt32 = 0
        /// Shoppers who saw it.
        public internal(set) var shoppers: UInt32 = 0
        /// Shoppers who went further than a click.
        public internal(set) var converters: UInt32 = 0
    }

    struct Query: Sendable {
        /// Click rate of its products at the first place: what is expected of one of which nothing is known.
        var rate: Double
        var tallies: [Int32: Tally] = [:]
    }

    struct Product: Sendable {
        var tally = Tally()
        /// Clicks expected of it, had it been as attractive as its queries' mean.
        var expected = 0.0
    }

    /// The settings it was made with.
    public let settings: EvidenceSettings
    /// When it was made.
    public let time: EventTime
    /// The rank curve.
    public let curve: RankCurve
    /// Mean click rate at the first place, of all queries and products, 0 to 1.
    public let rate: Double
    /// Pages of searches it was made of.
    public let pages: Int
    /// Clients that count less than fully, because they click or look as no shopper does.
    public let reducedClients: Int

    let objects: Interned<ObjectID>
    let queries: [NormalizedQuery: Query]
    let products: [Product]

    /// A table that knows nothing.
    public init(settings: EvidenceSettings = EvidenceSettings()) {
        self.init(ObservationLog(), settings: settings, now: EventTime(milliseconds: 0))
    }

    /// Estimates everything from a log.
    ///
    /// Takes seconds for millions of impressions: not for a thread of Swift's pool.
    init(_ log: ObservationLog, settings: EvidenceSettings, now: EventTime) {
        let impressions = CountedImpressions(log, settings: settings, now: now)
        // Who is no shopper shows only against a curve; and the curve is better without them.
        var weights = ClientWeights(visitors: log.visitorCount)
        var curve = Self.curve(impressions, weights, settings)
        weights = ClientWeights(impressions, curve: curve, settings: settings, visitors: log.visitorCount)
        if weights.reduced > 0 { curve = Self.curve(impressions, weights, settings) }

        let tallies = Self.tallies(impressions, curve, weights, settings)
        let clicks = tallies.reduce(0) { $0 + Double($1.clicks) }
        let examined = tallies.reduce(0) { $0 + Double($1.examined) }
        let rate = examined > 0 ? Self.bounded(clicks / examined) : 0.1
        var queries = Self.queries(impressions.pairs, tallies, log.queries.values, rate, settings)
        products = Self.products(
            impressions,
            tallies,
            rates: log.queries.values.map { queries[$0]?.rate ?? rate },
            count: log.objects.values.count
        )
        // What says nothing by itself is in the sums over queries and products, and need not be kept.
        for (pair, tally) in zip(impressions.pairs, tallies) where Double(tally.examined) >= settings.leastExamined {
            queries[log.queries.values[Int(pair.query)]]?.tallies[pair.object] = tally
        }
        self.settings = settings
        time = now
        self.curve = curve
        self.rate = rate
        pages = log.pages.count
        reducedClients = weights.reduced
        objects = log.objects
        self.queries = queries
    }

    /// Rates stay away from 0 and 1.
    static func bounded(_ rate: Double) -> Double { min(max(rate, 0.001), 0.99) }

    private static func curve(
        _ impressions: CountedImpressions,
        _ weights: ClientWeights,
        _ settings: EvidenceSettings
    ) -> RankCurve {
        var numbers = Interned<CountedImpressions.Pair>()
        var cells: [RankCurve.Cell] = []
        for sample in impressions.samples where sample.before == .none {
            let key = CountedImpressions.Pair(query: sample.pair, object: Int32(sample.bucket))
            let number = Int(numbers.number(key))
            if number == cells.count {
                cells.append(RankCurve.Cell(pair: sample.pair, bucket: sample.bucket, impressions: 0, clicks: 0))
            }
            let weight = Double(sample.age * weights.values[Int(sample.client)])
            cells[number].impressions += weight
            if sample.engagement > .none { cells[number].clicks += weight }
        }
        return RankCurve.fitted(cells, pairs: impressions.pairs.count, priorClicks: settings.curvePrior)
    }

    /// One tally a pair.
    private static func tallies(
        _ impressions: CountedImpressions,
        _ curve: RankCurve,
        _ weights: ClientWeights,
        _ settings: EvidenceSettings
    ) -> [Tally] {
        var tallies = [Tally](repeating: Tally(), count: impressions.pairs.count)
        for sample in impressions.samples {
            let weight = sample.age * weights.values[Int(sample.client)]
            tallies[Int(sample.pair)].add(sample, weight, curve, settings)
        }
        return tallies
    }

    /// The queries with their mean rates, shrunk to the mean of all.
    private static func queries(
        _ pairs: [CountedImpressions.Pair],
        _ tallies: [Tally],
        _ names: [NormalizedQuery],
        _ rate: Double,
        _ settings: EvidenceSettings
    ) -> [NormalizedQuery: Query] {
        var clicks = [Double](repeating: settings.priorStrength * rate, count: names.count)
        var examined = [Double](repeating: settings.priorStrength, count: names.count)
        for (pair, tally) in zip(pairs, tallies) {
            clicks[Int(pair.query)] += Double(tally.clicks)
            examined[Int(pair.query)] += Double(tally.examined)
        }
        return Dictionary(
            zip(names, zip(clicks, examined)).map { name, sums in
                (name, Query(rate: sums.1 > 0 ? bounded(sums.0 / sums.1) : rate))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private static func products(
        _ impressions: CountedImpressions,
        _ tallies: [Tally],
        rates: [Double],
        count: Int
    ) -> [Product] {
        var products = [Product](repeating: Product(), count: count)
        for (pair, tally) in zip(impressions.pairs, tallies) {
            products[Int(pair.object)].add(tally, rate: rates[Int(pair.query)])
        }
        return products
    }
}

extension EvidenceTable.Tally {
    mutating func add(
        _ sample: CountedImpressions.Sample,
        _ weight: Float,
        _ curve: RankCurve,
        _ settings: EvidenceSettings
    ) {
        // What goes beyond a click counts as more impressions that were clicked, so rates stay rates.
        let further = Float(settings.weight(sample.engagement) - max(settings.weight(sample.before), 1))
        if sample.before == .none {
            examined += weight * Float(curve.values[Int(sample.bucket)])
            if sample.isFirstVisit { shoppers += 1 }
            if sample.engagement > .none {
                clicks += weight
                clickers += 1
            }
        }
        if sample.engagement > .click {
            clicks += weight * further
            examined += weight * further
            if sample.before <= .click { converters += 1 }
        }
    }
}

extension EvidenceTable.Product {
    mutating func add(_ other: EvidenceTable.Tally, rate: Double) {
        tally.clicks += other.clicks
        tally.examined += other.examined
        tally.clickers += other.clickers
        tally.shoppers += other.shoppers
        tally.converters += other.converters
        expected += Double(other.examined) * rate
    }
}
