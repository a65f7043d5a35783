import Foundation
import Statistics

@testable import Clicks

/// Shoppers who look at a place with a known chance and click what they see with a known chance.
struct SimulatedShop {
    /// Chance of a click on each product of each query, once it is looked at.
    let attractiveness: [[Double]]
    /// Chance that a place is looked at, by rank from 0.
    let examination: [Double]
    var log = ObservationLog()
    /// Clicks and impressions as they are counted without a thought for ranks.
    var clicks: [[Double]]
    var shown: [[Double]]
    private var random: SplitMix64
    private var searches = 0

    init(queries: Int, products: Int, steepness: Double = 0.9, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        attractiveness = (0..<queries).map { _ in
            (0..<products).map { _ in 0.03 + 0.6 * pow(Double.random(in: 0..<1, using: &random), 2) }
        }
        examination = (1...products).map { pow(Double($0), -steepness) }
        clicks = attractiveness.map { $0.map { _ in 0 } }
        shown = clicks
        self.random = random
    }

    static func query(_ number: Int) -> NormalizedQuery { NormalizedQuery("query \(number)") }
    static func object(_ number: Int) -> ObjectID { ObjectID("p\(number)") }

    /// Runs searches of different shoppers.
    ///
    /// The shop's ranking puts the least attractive first, and stirs it: each product moves by `spread` places or so.
    mutating func search(_ count: Int, query: Int, spread: Double = 5, time: EventTime = noon) {
        let rates = attractiveness[query]
        let bad = rates.indices.sorted { rates[$0] < rates[$1] }
        for _ in 0..<count {
            let keys = bad.indices.map { Double($0) + spread * (Double.random(in: -1...1, using: &random) * 2) }
            let order = bad.indices.sorted { keys[$0] < keys[$1] }.map { bad[$0] }
            var outcome: [(object: ObjectID, position: Int, engagement: Engagement)] = []
            for (rank, product) in order.enumerated() {
                let isClicked = Double.random(in: 0..<1, using: &random) < examination[rank] * rates[product]
                outcome.append((Self.object(product), rank + 1, isClicked ? .click : .none))
                shown[query][product] += 1
                if isClicked { clicks[query][product] += 1 }
            }
            searches += 1
            let id = QueryID("s\(searches)")
            log.add(
                query: Self.query(query),
                id: id,
                time: time,
                visitor: Visitor(client: ClientID("client \(searches)")),
                shown: outcome
            )
        }
    }

    func table(_ settings: EvidenceSettings = EvidenceSettings(), now: EventTime = noon) -> EvidenceTable {
        EvidenceTable(log, settings: settings, now: now)
    }

    /// The estimated rates of a query's products, in their order.
    func rates(_ query: Int, _ table: EvidenceTable) -> [Double] {
        let evidence = table.evidence(for: Self.query(query))
        return attractiveness[query].indices.map { evidence[Self.object($0)]?.rate ?? evidence.expectedRate }
    }
}

/// Spearman's rank correlation; ties share their mean rank.
func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] {
        values.map { value in
            Double(values.count { $0 < value }) + Double(values.count { $0 == value } - 1) / 2
        }
    }
    let (a, b) = (ranks(left), ranks(right))
    let mean = Double(left.count - 1) / 2
    func sum(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) } }
    return sum(a, b) / (sum(a, a) * sum(b, b)).squareRoot()
}
