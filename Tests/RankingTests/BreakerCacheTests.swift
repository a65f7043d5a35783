import Catalog
import Reranker
import Retriever
import Testing

@testable import Ranking

@Suite struct BreakerCacheTests {
    /// Every page is ranked anew, and one failure is enough.
    private var settings: RankingPipeline.Settings {
        var settings = RankingPipeline.Settings()
        settings.rankings = 0
        settings.breaker = .init(failures: 1, pause: .seconds(10))
        return settings
    }

    private func pipeline(_ stub: StubBackend, _ clock: HandClock) throws -> (RankingPipeline, TestShop) {
        let shop = try TestShop(margins: [1, 2, 3, 4, 5])
        let cached = CachedReranker(stub, cache: ScoreCache(path: nil))
        let index = try ProductIndex(path: shop.path)
        return (RankingPipeline(index: index, backend: cached, settings: settings, now: clock.now), shop)
    }

    @Test func `A backend that fails is left alone, although some of the scores are known`() async throws {
        let stub = StubBackend(.honest)
        let clock = HandClock()
        let (pipeline, shop) = try pipeline(stub, clock)
        defer { withExtendedLifetime(shop) {} }
        #expect(try await pipeline.page(lamps(.rerank, candidates: 3)).rerank.status == .complete)
        stub.become(.failing)
        let failed = try await pipeline.page(lamps(.rerank)).rerank
        #expect(failed.status == .partial && failed.scored == 3 && failed.cached == 3)
        #expect(failed.reason == .failure("the stub fails"))
        let asked = stub.requests.count
        let resting = try await pipeline.page(lamps(.rerank))
        #expect(stub.requests.count == asked, "the breaker is open")
        #expect(resting.rerank.status == .partial && resting.rerank.scored == 3)
        #expect(resting.rerank.reason?.code == "resting")
        // What is known is used: 3 > 2 > 1, then the first stage's order.
        #expect(resting.ids == ids([2, 1, 0, 3, 4]))
    }

    @Test func `What is wholly known is complete while the backend is left alone, and ends no pause`() async throws {
        let stub = StubBackend(.honest)
        let clock = HandClock()
        let (pipeline, shop) = try pipeline(stub, clock)
        defer { withExtendedLifetime(shop) {} }
        _ = try await pipeline.page(lamps(.rerank, candidates: 3))
        stub.become(.failing)
        _ = try await pipeline.page(lamps(.rerank))
        let known = try await pipeline.page(lamps(.rerank, candidates: 3)).rerank
        #expect(known.status == .complete && known.cached == 3)
        let asked = stub.requests.count
        _ = try await pipeline.page(lamps(.rerank))
        #expect(stub.requests.count == asked)
        clock.advance(.seconds(11))
        // A trial that the cache alone answers says nothing about the backend.
        _ = try await pipeline.page(lamps(.rerank, candidates: 3))
        _ = try await pipeline.page(lamps(.rerank))
        #expect(stub.requests.count == asked + 1)
    }
}
