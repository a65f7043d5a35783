import Reranker
import Retriever
import Testing

@testable import Ranking

@Suite(.serialized) struct BudgetTests {
    private let margins = [0, -1, 2, -3, 1, 4, -2, 3, 0.5, 3.5]

    @Test(arguments: [0, 1, 3, 5, 10, 20, 50, 100, 500, 1000, 10_000])
    func `Every inner limit is smaller than the outer one`(milliseconds: Int) {
        let plan = BudgetPlan(.milliseconds(milliseconds))
        #expect(plan.waitEnd <= plan.total)
        #expect(plan.backendEnd <= plan.waitEnd)
        if milliseconds >= 5 {
            #expect(plan.waitEnd < plan.total)
            #expect(plan.backendEnd < plan.waitEnd)
            #expect(plan.firstStage < plan.backendEnd || milliseconds < 6)
        }
    }

    @Test func `A slow backend's early scores are used, and the answer is in time`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.slow(.milliseconds(150)))
        let start = ContinuousClock.now
        let page = try await shop.pipeline(backend).page(lamps(.rerank) { $0.budget = .milliseconds(1000) })
        #expect(ContinuousClock.now - start < .milliseconds(1500))
        #expect((page.rerank.status, page.rerank.reason) == (.partial, .deadline))
        let scored = page.rerank.scored
        #expect((1...6).contains(scored))
        #expect(Set(page.ids.prefix(scored)) == Set(ids(0..<scored)))
        #expect(Array(page.ids.dropFirst(scored)) == ids(scored..<10))
        let deadline = try #require(backend.requests.first?.deadline)
        #expect(deadline < start + .milliseconds(1000))
    }

    @Test func `A backend that does not listen is left behind`() async throws {
        let shop = try TestShop(margins: margins)
        let start = ContinuousClock.now
        let page = try await shop.pipeline(StubBackend(.deaf(.seconds(5)))).page(
            lamps(.fused) { $0.budget = .seconds(1) }
        )
        #expect(ContinuousClock.now - start < .seconds(3))
        #expect((page.rerank.status, page.rerank.reason) == (.failed, .deadline))
        #expect(page.ids == ids(0...9))
    }

    @Test func `A budget without time for the reranker skips it`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.honest)
        let page = try await shop.pipeline(backend).page(lamps(.fused) { $0.budget = .milliseconds(2) })
        #expect((page.rerank.status, page.rerank.reason) == (.skipped, .noTime))
        #expect(backend.requests.isEmpty)
    }

    @Test func `A first stage that ran out of time is no search without candidates`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.honest)
        let page = try await shop.pipeline(backend).page(lamps(.fused) { $0.search.budget = .zero })
        #expect(page.search.isPartial && page.ids == [])
        #expect((page.rerank.status, page.rerank.reason) == (.skipped, .noTime))
        #expect(backend.requests.isEmpty)
    }

    @Test func `A caller that goes away does not wait`() async throws {
        let shop = try TestShop(margins: margins)
        let pipeline = try shop.pipeline(StubBackend(.deaf(.seconds(5))))
        let start = ContinuousClock.now
        let task = Task { try await pipeline.page(lamps(.fused)) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func `A dead backend is left alone for a while, and found again`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.failing)
        let clock = HandClock()
        var settings = RankingPipeline.Settings()
        settings.breaker = .init(failures: 2, pause: .seconds(30))
        let pipeline = try shop.pipeline(backend, settings: settings, clock: clock)
        for _ in 0..<2 { #expect(try await pipeline.page(lamps(.rerank)).rerank.status == .failed) }
        let resting = try await pipeline.page(lamps(.rerank))
        #expect(
            (resting.rerank.status, resting.rerank.reason) == (.skipped, .resting(failures: 2, pause: .seconds(30)))
        )
        #expect(resting.ids == ids(0...9))
        #expect(backend.requests.count == 2)
        backend.become(.honest)
        clock.advance(.seconds(30))
        #expect(try await pipeline.page(lamps(.rerank)).rerank.status == .complete)
    }

    @Test func `Deadlines of tiny budgets do not open the breaker, of ample ones they do`() async throws {
        let shop = try TestShop(margins: margins)
        var settings = RankingPipeline.Settings()
        for (least, opens) in [(Duration.seconds(60), false), (.milliseconds(1), true)] {
            settings.breaker = .init(failures: 2, leastTime: least)
            let pipeline = try shop.pipeline(StubBackend(.deaf(.seconds(1))), settings: settings)
            // The first search opens files.
            _ = try await pipeline.page(lamps(.bm25))
            for _ in 0..<2 { _ = try await pipeline.page(lamps(.rerank) { $0.budget = .milliseconds(300) }) }
            let page = try await pipeline.page(lamps(.rerank) { $0.budget = .milliseconds(300) })
            #expect((page.rerank.reason != .deadline) == opens, "\(String(describing: page.rerank.reason))")
        }
    }

    @Test func `What is the caller's doing does not make the backend rest for others`() async throws {
        let shop = try TestShop(margins: margins)
        var settings = RankingPipeline.Settings()
        settings.breaker = .init(failures: 2, leastTime: .milliseconds(1))
        settings.rankings = 0
        for (behaviour, code) in [(StubBackend.Behaviour.late, "deadline"), (.refusingInstruction, "failure")] {
            let backend = StubBackend(behaviour)
            let pipeline = try shop.pipeline(backend, settings: settings)
            for _ in 0..<5 {
                let page = try await pipeline.page(lamps(.rerank) { $0.budget = .seconds(60) })
                #expect(page.rerank.status == .failed && page.rerank.reason?.code == code)
            }
            backend.become(.honest)
            #expect(try await pipeline.page(lamps(.rerank)).rerank.status == .complete)
        }
    }

    @Test func `Scores in the score cache are counted`() async throws {
        let shop = try TestShop(margins: margins)
        let cache = ScoreCache(path: nil)
        for cached in [0, 10] {
            let backend = CachedReranker(StubBackend(.honest), cache: cache)
            let pipeline = RankingPipeline(index: try .init(path: shop.path), backend: backend)
            let page = try await pipeline.page(lamps(.rerank))
            #expect((page.rerank.scored, page.rerank.cached) == (10, cached))
        }
    }
}
