import Foundation
import Testing

@testable import Clicks

@Suite struct EvidenceRecoveryTests {
    /// 8 queries of 16 products, 900 searches each.
    private static let shop: SimulatedShop = {
        var shop = SimulatedShop(queries: 8, products: 16, seed: 20)
        for query in 0..<8 { shop.search(900, query: query) }
        return shop
    }()
    private static let table = shop.table()

    @Test func `The true order is recovered where a plain click rate gets it wrong`() {
        let shop = Self.shop
        var ours = 0.0
        var naive = 0.0
        for (query, truth) in shop.attractiveness.enumerated() {
            ours += rankCorrelation(shop.rates(query, Self.table), truth) / 8
            naive += rankCorrelation(zip(shop.clicks[query], shop.shown[query]).map { $0 / $1 }, truth) / 8
        }
        print("Rank correlation with the truth: \(ours); of clicks over impressions: \(naive)")
        #expect(ours >= 0.9)
        #expect(naive < 0.9)
    }

    @Test func `The rank curve is recovered although good products stand low`() {
        let ratios = (2...16).map { Self.table.curve.examination(at: $0) / Self.shop.examination[$0 - 1] }
        // With so many searches single ranks scatter by 5 to 11 %, and all together with the first one's clicks.
        for (place, ratio) in ratios.enumerated() {
            #expect(abs(ratio - 1) < 0.3, "rank \(place + 2): \(ratio) of the truth")
        }
        #expect(abs(ratios.reduce(0, +) / 15 - 1) < 0.1, "\(ratios)")
        // Clicks over impressions by rank are far from it: the worst stands first.
        let naive = zip(Self.table.curve.clicks, Self.table.curve.impressions).map { $0 / $1 }
        #expect(naive[9] / naive[0] > 2 * Self.shop.examination[9])
    }

    @Test func `Rates are those at the first place, and intervals hold nine in ten of them`() {
        var held = 0
        var count = 0
        for (query, truth) in Self.shop.attractiveness.enumerated() {
            let evidence = Self.table.evidence(for: SimulatedShop.query(query))
            for (product, rate) in truth.enumerated() {
                guard let found = evidence[SimulatedShop.object(product)], found.source == .query else { continue }
                count += 1
                if found.interval.contains(rate) { held += 1 }
            }
        }
        #expect(count > 100)
        #expect(Double(held) / Double(count) > 0.9, "\(held) of \(count)")
    }

    @Test func `Scores are bounded, and 0 is the query's mean`() {
        for query in 0..<8 {
            let evidence = Self.table.evidence(for: SimulatedShop.query(query))
            for (_, found) in evidence.products {
                #expect((-1...1).contains(found.score))
                #expect((found.score > 0) == (found.rate > evidence.expectedRate))
            }
        }
    }

    /// A client that searches for one query again and again and clicks the query's worst product.
    private func spam(_ shop: inout SimulatedShop, searches: Int, visitor: (Int) -> Visitor) -> Int {
        let rates = shop.attractiveness[0]
        let worst = rates.indices.min { rates[$0] < rates[$1] } ?? 0
        for search in 0..<searches {
            let shown = rates.indices.map { product in
                (
                    object: SimulatedShop.object(product), position: product + 1,
                    engagement: product == worst ? Engagement.click : .none
                )
            }
            shop.log.add(
                query: SimulatedShop.query(0),
                id: QueryID("spam \(search)"),
                time: noon,
                visitor: visitor(search),
                shown: shown
            )
        }
        return worst
    }

    @Test(arguments: ["same ids", "other sessions", "other users", "other users and sessions"])
    func `A client that clicks again and again barely moves anything`(kind: String) throws {
        var shop = Self.shop
        let worst = spam(&shop, searches: 1500) { search in
            var visitor = Visitor(client: "spammer")
            if kind.contains("users") { visitor.user = UserID("fake \(search)") }
            if kind.contains("sessions") { visitor.session = SessionID("fake \(search)") }
            return visitor
        }
        let object = SimulatedShop.object(worst)
        let query = SimulatedShop.query(0)
        let before = try #require(Self.table.evidence(for: query)[object]).score
        let after = try #require(shop.table().evidence(for: query)[object]).score
        #expect(abs(after - before) < 0.1, "\(before) became \(after)")
        let order = rankCorrelation(shop.rates(0, shop.table()), shop.attractiveness[0])
        #expect(order > rankCorrelation(shop.rates(0, Self.table), shop.attractiveness[0]) - 0.05)
    }

    @Test func `The same clicks from as many clients do move it`() throws {
        var shop = Self.shop
        let worst = spam(&shop, searches: 1500) { Visitor(client: ClientID("real \($0)")) }
        let found = try #require(shop.table().evidence(for: SimulatedShop.query(0))[SimulatedShop.object(worst)])
        let before = try #require(Self.table.evidence(for: SimulatedShop.query(0))[SimulatedShop.object(worst)])
        #expect(found.score > before.score + 0.5)
    }

    @Test func `A client that clicks everywhere counts less, one that only looks does, too`() {
        var shop = Self.shop
        // One click on each of 16 products for 8 queries, and 5 searches each, as long as none of it is the same.
        for query in 0..<8 {
            for search in 0..<5 {
                shop.log.add(
                    query: SimulatedShop.query(query),
                    id: QueryID("all \(query) \(search)"),
                    time: noon,
                    visitor: Visitor(client: "clicks all"),
                    shown: (0..<16).map { (SimulatedShop.object($0), $0 + 1, .click) }
                )
            }
        }
        for query in 0..<400 {
            shop.log.add(
                query: NormalizedQuery("crawled \(query)"),
                id: QueryID("crawl \(query)"),
                time: noon,
                visitor: Visitor(client: "crawler"),
                shown: (0..<16).map { (SimulatedShop.object($0), $0 + 1, .none) }
            )
        }
        #expect(Self.table.reducedClients == 0)
        #expect(shop.table().reducedClients == 2)
    }
}
