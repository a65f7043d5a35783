import Catalog
import Foundation
import Reranker
import Retriever
import Statistics
import Testing

@testable import Clicks
@testable import Ranking

@Suite struct ClickBlendTests {
    private static func evidence(_ score: Double) -> ClickEvidence {
        ClickEvidence(
            score: score,
            source: .query,
            rate: 0.1,
            expectedRate: 0.1,
            tally: EvidenceTable.Tally(),
            posterior: BetaDistribution(alpha: 1, beta: 9)
        )
    }

    private func order(
        _ blend: ClickBlend,
        _ fusion: Fusion,
        _ margins: [Double?],
        _ firstStage: [Double],
        _ scores: [Double?]
    ) -> [Int] {
        Fusion.order(
            blend.blended(
                into: fusion.scores(margins: margins, firstStage: firstStage.map { WordMatch(bm25: $0) }),
                margins: margins,
                evidence: scores.map { $0.map(Self.evidence) },
                fusion: fusion
            )
        )
    }

    @Test func `Clicks decide between hits of like relevance and never beyond the weight`() {
        let words = [5.0, 4, 3, 2]
        // The last is liked; the first is not.
        // 2 + 0, 1.8 + 0.5, 1.7 + 0.5, 1.5 + 1.
        #expect(order(.init(weight: 1), .rerank, [2, 1.8, 1.7, 1.5], words, [-1, 0, nil, 1]) == [3, 1, 2, 0])
        // What is unknown stands between what is liked and what is not.
        #expect(order(.init(weight: 1), .rerank, [2, 2, 2, 2], words, [-0.9, nil, 0.9, 0]) == [2, 1, 3, 0])
        // 1.5 log-odds apart: a weight of 1 does not bridge that.
        #expect(order(.init(weight: 1), .rerank, [3, 1.5], [2, 1], [-1, 1]) == [0, 1])
        #expect(order(.init(weight: 2), .rerank, [3, 1.5], [2, 1], [-1, 1]) == [1, 0])
    }

    @Test func `A weight of 0 changes nothing, and so does a reranker that finds nothing relevant`() {
        let margins: [Double?] = [1, nil, 0.5, -2, -1]
        let scores: [Double?] = [-1, 1, 1, 1, -1]
        for fusion in [Fusion.rerank, .reciprocalRank, .weighted(1)] {
            let plain = fusion.scores(margins: margins, firstStage: [5, 4, 3, 2, 1].map { WordMatch(bm25: $0) })
            for blend in [ClickBlend(), ClickBlend(weight: 5, relevantFrom: 2), ClickBlend(weight: .nan)] {
                let blended = blend.blended(
                    into: plain,
                    margins: margins,
                    evidence: scores.map { $0.map(Self.evidence) },
                    fusion: fusion
                )
                #expect(blended == plain)
            }
        }
    }

    @Test func `No irrelevant hit comes before a relevant one because of clicks, whatever the fusion`() {
        let seed = UInt64.random(in: 0 ... .max)
        print("Seed of the candidates: \(seed)")
        var random = SplitMix64(seed: seed)
        for round in 0..<600 {
            let count = Int.random(in: 2...12, using: &random)
            let margins = (0..<count).map { _ in
                Int.random(in: 0..<6, using: &random) == 0 ? nil : Double.random(in: -3...3, using: &random)
            }
            let words = (0..<count).map { _ in Double.random(in: 0...20, using: &random) }.sorted(by: >)
            let clicks = (0..<count).map { _ in
                Bool.random(using: &random) ? nil : Double.random(in: -1...1, using: &random)
            }
            let fusion = [Fusion.rerank, .reciprocalRank, .reciprocalRank(k: 1), .weighted(1), .weighted(5)][round % 5]
            let blend = ClickBlend(
                weight: Double.random(in: 0...10, using: &random),
                relevantFrom: Double.random(in: -1...1, using: &random)
            )
            let before = order(ClickBlend(), fusion, margins, words, clicks)
            let after = order(blend, fusion, margins, words, clicks)
            for (place, low) in before.enumerated() {
                for high in before[..<place] {
                    guard let margin = margins[high], margin >= blend.relevantFrom else { continue }
                    let isRelevant = margins[low].map { $0 >= blend.relevantFrom } ?? false
                    guard !isRelevant else { continue }
                    let isKept = (after.firstIndex(of: high) ?? 0) < (after.firstIndex(of: low) ?? 0)
                    #expect(isKept, "\(low) came before \(high), \(fusion), seed \(seed)")
                }
            }
        }
    }

    @Test func `Pages, pins and the explanation know of clicks`() async throws {
        let shop = try TestShop(margins: [2, 1.9, 1.8, -1])
        var log: [LogRecord] = []
        for search in 0..<60 {
            let shown = ["p000", "p001", "p002", "p003"].map { ObjectID($0) }
            let id = QueryID("q\(search)")
            let visitor = Visitor(client: ClientID("c\(search)"))
            log.append(.search(SearchRecord(id, userQuery: "Lamp", time: .now, shown: shown, visitor: visitor)))
            // The third and, most of all, the irrelevant one are liked.
            for object in search < 40 ? ["p002", "p003"] : ["p003"] {
                log.append(
                    .event(BehaviorEvent(.click, time: .now, queryID: id, object: ObjectID(object), visitor: visitor))
                )
            }
        }
        let store = try await EventStore.open(path: shop.folder.appendingPathComponent("events.db").path)
        _ = try await store.record(log)
        let evidence = LiveEvidence()
        let pipeline = RankingPipeline(
            index: try ProductIndex(path: shop.path),
            backend: StubBackend(.honest),
            clicks: evidence
        )
        let blend = ClickBlend(weight: 1)
        let unknown = try await pipeline.page(lamps(.rerank) { $0.clicks = ClickBlend(weight: 0.5) })
        #expect(unknown.ids == ids(0...3))
        try await evidence.refresh(from: store)
        let page = try await pipeline.page(lamps(.rerank) { $0.clicks = blend })
        #expect(page.ids == ids([2, 0, 1, 3]))
        let first = try #require(page.hits.first)
        #expect(try #require(first.clicks).score > 0)
        #expect(first.fused?.terms.map(\.name) == ["margin", "1.0 x clicks"])
        #expect(page.hits.last?.fused?.terms.map(\.name) == ["margin"])
        let off = try await pipeline.page(lamps(.rerank))
        #expect(off.ids == ids(0...3))
        #expect(off.hits.allSatisfy { $0.clicks == nil })
        let pinned = try await pipeline.page(
            lamps(.rerank) {
                $0.clicks = blend
                $0.rules = BusinessRules(pinned: ["p001"].map { ProductID($0) })
            }
        )
        #expect(pinned.ids == ids([1, 2, 0, 3]))
        // Later pages are cut from the same order.
        let second = try await pipeline.page(lamps(.rerank, top: 2, offset: 2) { $0.clicks = blend })
        #expect(second.ids == ids([1, 3]))
    }

    @Test func `New evidence reorders a query that was asked a moment ago, but not the pages that follow its first`()
        async throws
    {
        let shop = try TestShop(margins: [2, 1.9, 1.8, 1.7])
        let store = try await EventStore.open(path: shop.folder.appendingPathComponent("events.db").path)
        let evidence = LiveEvidence()
        let backend = StubBackend(.honest)
        let index = try ProductIndex(path: shop.path)
        let pipeline = RankingPipeline(index: index, backend: backend, clicks: evidence)
        func page(_ offset: Int) async throws -> [String] {
            try await pipeline.page(lamps(.rerank, top: 2, offset: offset) { $0.clicks = ClickBlend(weight: 2) }).ids
        }
        #expect(try await page(0) == ids([0, 1]))
        var log: [LogRecord] = []
        for search in 0..<60 {
            let (id, visitor) = (QueryID("q\(search)"), Visitor(client: ClientID("c\(search)")))
            let shown = ids(0...3).map { ObjectID($0) }
            log.append(.search(SearchRecord(id, userQuery: "lamp", time: .now, shown: shown, visitor: visitor)))
            log.append(.event(BehaviorEvent(.click, time: .now, queryID: id, object: shown[3], visitor: visitor)))
        }
        _ = try await store.record(log)
        #expect(try await evidence.refresh(from: store))
        // Who has seen the first page goes on in what it was cut from.
        #expect(try await page(2) == ids([2, 3]))
        #expect(try await page(0) == ids([3, 0]))
        #expect(try await page(2) == ids([1, 2]))
        // Nothing has changed: the ranking is kept.
        #expect(try await !evidence.refresh(from: store))
        let asked = backend.requests.count
        #expect(try await page(0) == ids([3, 0]))
        #expect(backend.requests.count == asked)
    }
}
