import Catalog
import Reranker
import Retriever
import Statistics
import Testing

@testable import Ranking

@Suite struct PagingTests {
    private func margins(_ count: Int, _ random: inout SplitMix64) -> [Double] {
        // Few different values: ties are common.
        (0..<count).map { _ in Double(Int.random(in: -6...6, using: &random)) / 2 }
    }

    @Test func `Pages of any size are cut from one order: no hit repeats, none is lost`() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let count = 60
        let shop = try TestShop(margins: margins(count, &random))
        for _ in 0..<60 {
            let backend = StubBackend(
                try #require([.honest, .partial(7), .failing, .constant].randomElement(using: &random))
            )
            let pipeline = try shop.pipeline(backend)
            let base = lamps(
                try #require(RankingStage.allCases.randomElement(using: &random)),
                candidates: try #require([1, 5, 30, 59, 60, 61, 100].randomElement(using: &random))
            ) { request in
                request.fusion = Bool.random(using: &random) ? .reciprocalRank : .weighted(1)
                if Bool.random(using: &random) {
                    let products = ids((0..<count).shuffled(using: &random).prefix(6)).map { ProductID($0) }
                    request.rules = BusinessRules(
                        pinned: Array(products[..<3]),
                        buried: [products[3]],
                        hidden: Set(products[4...])
                    )
                }
            }
            var seen: [String] = []
            var ranks: [Int] = []
            while true {
                var request = base
                request.search.offset = seen.count
                request.search.top = Int.random(in: 1...25, using: &random)
                let page = try await pipeline.page(request)
                seen += page.ids
                ranks += page.hits.map(\.rank)
                let left = count - base.rules.hidden.count - ranks.count + page.hits.count
                #expect(page.hits.count == min(request.search.top, left))
                if page.hits.isEmpty { break }
            }
            let all = Set(ids(0..<count)).subtracting(base.rules.hidden.map(\.rawValue))
            #expect(Set(seen) == all)
            #expect(seen.count == all.count)
            #expect(ranks == Array(1...all.count))
        }
    }

    @Test func `Later pages go on in the first page's ranking, whatever the backend does by then`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        for (first, then, order) in [
            (StubBackend.Behaviour.honest, StubBackend.Behaviour.failing, [5, 2, 4, 0, 1, 3]),
            (.failing, .honest, [0, 1, 2, 3, 4, 5]), (.partial(3), .honest, [2, 0, 1, 3, 4, 5]),
        ] {
            let backend = StubBackend(first)
            let pipeline = try shop.pipeline(backend)
            var seen = try await pipeline.page(lamps(.rerank, top: 2)).ids
            backend.become(then)
            for offset in [2, 4] { seen += try await pipeline.page(lamps(.rerank, top: 2, offset: offset)).ids }
            #expect(seen == ids(order))
            #expect(backend.requests.count == 1)
        }
    }

    @Test func `A complete ranking serves its query again; one that failed is made anew`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        let backend = StubBackend(.failing)
        let clock = HandClock()
        let pipeline = try shop.pipeline(backend, clock: clock)
        #expect(try await pipeline.page(lamps(.rerank)).rerank.status == .failed)
        backend.become(.honest)
        #expect(try await pipeline.page(lamps(.rerank)).rerank.cached == 0)
        let again = try await pipeline.page(lamps(.rerank))
        #expect((again.rerank.status, again.rerank.cached, again.rerank.milliseconds) == (.complete, 6, 0))
        #expect(backend.requests.count == 2)
        clock.advance(.seconds(61))
        _ = try await pipeline.page(lamps(.rerank))
        #expect(backend.requests.count == 3)
    }

    @Test func `Another request, backend or index has a ranking of its own`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        let backend = StubBackend(.honest)
        let pipeline = try shop.pipeline(backend)
        var expected = 0
        for change: (inout RankingRequest) -> Void in [
            { _ in }, { $0.candidates = 5 }, { $0.instruction = "i" }, { $0.stage = .fused }, { $0.floor = -2 },
            { $0.search.query = "lamp margin" }, { $0.rules.buried = [ProductID("p000")] },
            { $0.search.filter = .exists(FilterField("id")) },
        ] {
            for top in [3, 4] {
                var request = lamps(.rerank, top: top)
                change(&request)
                _ = try await pipeline.page(request)
            }
            expected += 1
            #expect(backend.requests.count == expected)
        }
        try shop.publish(margins: [5, 1, 2, 3])
        #expect(try await pipeline.page(lamps(.rerank)).ids == ids([0, 3, 2, 1]))
        #expect(backend.requests.count == expected + 1)
    }

    @Test func `Kept rankings are bounded`() async throws {
        let shop = try TestShop(margins: [0, -1, 2])
        let backend = StubBackend(.honest)
        var settings = RankingPipeline.Settings()
        settings.rankings = 2
        let clock = HandClock()
        let pipeline = try shop.pipeline(backend, settings: settings, clock: clock)
        for instruction in ["a", "b", "c", "b", "c", "a"] {
            _ = try await pipeline.page(lamps(.rerank) { $0.instruction = instruction })
            clock.advance(.seconds(1))
        }
        #expect(backend.requests.map(\.instruction) == ["a", "b", "c", "a"])
    }
}
