internal import Foundation

/// What clicks say about one product, and why.
public struct ClickEvidence: Sendable, Equatable, CustomStringConvertible {
    /// Where it comes from.
    public enum Source: String, Sendable {
        /// Shoppers who searched for this query.
        case query
        /// Shoppers who searched for others.
        case product
    }

    /// -1 to 1: how much more or less it is clicked than what is expected; 0 is just as much.
    ///
    /// `tanh(x / 2)` of the difference x between both rates in log-odds.
    public var score: Double
    /// Where it comes from.
    public var source: Source
    /// Estimated click rate at the first place, 0 to 1.
    public var rate: Double
    /// The rate expected of a product of which nothing is known: the query's mean, or the mean of all.
    public var expectedRate: Double
    /// Clicks, impressions, shoppers behind it.
    public var tally: EvidenceTable.Tally
    /// The rate's posterior.
    public var posterior: BetaDistribution

    /// 95 % of the rate's posterior, the rank curve taken as known.
    public var interval: ClosedRange<Double> { posterior.quantile(0.025)...posterior.quantile(0.975) }

    /// One line for `--explain`.
    public var description: String {
        func percent(_ rate: Double) -> String { "\((rate * 1000).rounded() / 10)%" }
        let shoppers = tally.clickers == 1 ? "1 shopper" : "\(tally.clickers) shoppers"
        let place = source == .query ? "for this query" : "for other queries"
        return "\(shoppers) clicked it \(place): rate \(percent(rate)), expected \(percent(expectedRate))"
    }
}

extension EvidenceTable {
    /// What is known of the products of a query.
    public func evidence(for query: NormalizedQuery) -> QueryEvidence { QueryEvidence(table: self, query: query) }

    /// Queries with evidence of their own, in byte order.
    public var knownQueries: [NormalizedQuery] {
        queries.filter { !$0.value.tallies.isEmpty }.keys.sorted()
    }
}

/// What is known of the products of one query.
public struct QueryEvidence: Sendable {
    private let table: EvidenceTable
    private let known: EvidenceTable.Query?
    /// The query.
    public let query: NormalizedQuery

    init(table: EvidenceTable, query: NormalizedQuery) {
        self.table = table
        self.query = query
        known = table.queries[query]
    }

    /// The click rate expected of a product of which nothing is known.
    public var expectedRate: Double { known?.rate ?? table.rate }

    /// The products with evidence of this query, the most attractive first; ties by id.
    public var products: [(object: ObjectID, evidence: ClickEvidence)] {
        (known?.tallies ?? [:]).keys.compactMap { number in
            let object = table.objects.values[Int(number)]
            return self[object].map { (object, $0) }
        }.sorted { ($1.evidence.rate, $0.object) < ($0.evidence.rate, $1.object) }
    }

    /// What is known of a product; nil where that is too little.
    ///
    /// Evidence for the product (above what is expected) needs `leastShoppers` who clicked, evidence against it as many
    /// who saw it. Where the query has too little, the product's standing in all queries counts, less (`backOff`).
    public subscript(object: ObjectID) -> ClickEvidence? {
        guard let number = table.objects.known(object) else { return nil }
        let product = table.products[Int(number)]
        if let known, let tally = known.tallies[number] {
            let evidence = evidence(
                tally,
                .query,
                known.rate * carried(product, without: tally, known.rate),
                known.rate
            )
            if isEnough(evidence) { return evidence }
        }
        guard Double(product.tally.examined) >= table.settings.leastExamined else { return nil }
        let rate = table.rate * carried(product, without: EvidenceTable.Tally(), 0)
        var evidence = evidence(EvidenceTable.Tally(), .product, rate, table.rate)
        evidence.tally = product.tally
        return isEnough(evidence) ? evidence : nil
    }

    /// How many times as attractive as its queries' mean a product is, as far as that carries over.
    ///
    /// What is known of it in this query is left out: it must not count twice.
    private func carried(_ product: EvidenceTable.Product, without own: EvidenceTable.Tally, _ rate: Double) -> Double {
        let prior = table.settings.priorStrength * table.rate
        let clicks = max(Double(product.tally.clicks - own.clicks), 0)
        let expected = max(product.expected - Double(own.examined) * rate, 0)
        guard prior + expected > 0, prior + clicks > 0 else { return 1 }
        return pow((prior + clicks) / (prior + expected), table.settings.backOff)
    }

    private func evidence(
        _ tally: EvidenceTable.Tally,
        _ source: ClickEvidence.Source,
        _ priorRate: Double,
        _ expected: Double
    ) -> ClickEvidence {
        let prior = EvidenceTable.bounded(priorRate)
        let strength = max(table.settings.priorStrength, 1e-3)
        let (clicks, examined) = (Double(tally.clicks), Double(tally.examined))
        // At places that are rarely examined there can be more clicks than examined impressions: chance, or a curve
        // that is too steep.
        let missed = max(examined - clicks, 0)
        let posterior = BetaDistribution(alpha: strength * prior + clicks, beta: strength * (1 - prior) + missed)
        return ClickEvidence(
            score: LogOdds.contrast(posterior.mean, with: expected),
            source: source,
            rate: posterior.mean,
            expectedRate: expected,
            tally: tally,
            posterior: posterior
        )
    }

    private func isEnough(_ evidence: ClickEvidence) -> Bool {
        let shoppers = evidence.score > 0 ? evidence.tally.clickers : evidence.tally.shoppers
        return Int(shoppers) >= table.settings.leastShoppers
    }
}
