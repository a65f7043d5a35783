import Catalog
import Reranker
import Retriever
import Testing

@testable import Ranking

@Suite struct RankingPipelineTests {
    // The last of the first stage is the reranker's best but one.
    private let margins = [0, -1, 2, -3, 1, 4, -2, 3, 0.5, 3.5]

    @Test func `Stage rerank orders the candidates by margin and says how they moved`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.honest)
        let page = try await shop.pipeline(backend).page(lamps(.rerank, top: 4))
        #expect(page.ids == ids([5, 9, 7, 2]))
        #expect(page.hits.map(\.rank) == [1, 2, 3, 4])
        #expect(page.hits.map(\.firstStageRank) == [6, 10, 8, 3])
        #expect(page.hits.map(\.movement) == [5, 8, 5, -1])
        #expect(page.hits.map { $0.relevance?.margin } == [4, 3.5, 3, 2])
        #expect(page.search.total == 10)
        #expect(page.rerank.status == .complete)
        #expect(page.rerank.reason == nil)
        #expect((page.rerank.scored, page.rerank.candidates, page.rerank.cached) == (10, 10, 0))
        #expect((page.rerank.backend, page.rerank.model) == ("test", "stub"))
        // The most promising first.
        #expect(try #require(backend.requests.first).documents.map(StubBackend.margin) == margins)
    }

    @Test func `A product with all words is lifted over one with some that the reranker finds a little better`()
        async throws
    {
        let shop = try TestShop(margins: [0, 1])
        // The first product alone has no further words: "lamp word" is all in the second only.
        let page = try await shop.pipeline(StubBackend(.honest)).page(
            lamps(.fused) {
                $0.search.query = "lamp word"
                $0.fusion = .weighted(3)
            }
        )
        #expect(page.ids == ids([1, 0]))
        #expect(page.hits[0].fused?.terms.map(\.name) == ["margin", "3.0 x bm25/best", "all words"])
        #expect(abs(try #require(page.hits[0].fused).value - (1 + 3 + 3)) < 1e-9)
        #expect(page.hits[1].fused?.terms.count == 2)
    }

    @Test func `Instruction and corrected query reach the backend`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.honest)
        var settings = RankingPipeline.Settings()
        settings.instruction = "the shop's"
        let pipeline = try shop.pipeline(backend, settings: settings)
        _ = try await pipeline.page(lamps(.rerank))
        _ = try await pipeline.page(lamps(.rerank) { $0.instruction = "the request's" })
        let corrected = try await pipeline.page(lamps(.rerank) { $0.search.query = "margni" })
        #expect(corrected.search.didYouMean == "margin")
        #expect(backend.requests.map(\.instruction) == ["the shop's", "the request's", "the shop's"])
        #expect(backend.requests.map(\.query) == ["lamp", "lamp", "margin"])
    }

    @Test func `Stage bm25 and a missing backend give the first stage's answer`() async throws {
        let shop = try TestShop(margins: margins)
        let backend = StubBackend(.honest)
        let plain = try await shop.pipeline(backend).page(lamps(.bm25, top: 3, offset: 2))
        #expect(plain.ids == ids(2...4))
        #expect(plain.hits.map(\.rank) == [3, 4, 5])
        #expect((plain.rerank.status, plain.rerank.reason) == (.skipped, .stage))
        let absent = try await shop.pipeline(nil).page(lamps(.rerank, top: 3))
        #expect(absent.ids == ids(0...2))
        #expect((absent.rerank.status, absent.rerank.reason) == (.skipped, .noModel))
        let sorted = try await shop.pipeline(backend).page(
            lamps(.fused) { $0.search.sort = .field(FilterField("price"), isDescending: false) }
        )
        #expect((sorted.rerank.status, sorted.rerank.reason) == (.skipped, .sorted("price")))
        let empty = try await shop.pipeline(backend).page(lamps(.fused) { $0.search.query = " " })
        #expect(empty.rerank.reason == .noQuery)
        let nothing = try await shop.pipeline(backend).page(lamps(.fused) { $0.search.query = "zzzzqqq" })
        #expect((nothing.rerank.status, nothing.rerank.reason) == (.skipped, .noCandidates))
        #expect(backend.requests.isEmpty)
        let pipeline = RankingPipeline(
            index: try ProductIndex(path: shop.path),
            backend: nil,
            unavailable: "no such folder"
        )
        let unavailable = try await pipeline.page(lamps(.rerank, top: 3))
        #expect((unavailable.rerank.status, unavailable.rerank.reason) == (.failed, .unavailable("no such folder")))
        #expect(unavailable.ids == ids(0...2))
    }

    @Test(arguments: [
        (StubBackend.Behaviour.failing, RerankReason.failure("the stub fails")),
        (.constant, .constant(margin: 0.5, candidates: 10)), (.notANumber, .notFinite(candidate: 6)),
        (.huge, .outOfRange(candidate: 6, margin: 1e9)), (.wrongCount, .wrongCount(expected: 10, actual: 9)),
        (.partial(0), .incomplete), (.refusing(0), .failure("the stub fails")),
    ])
    func `A backend that fails or lies gives the first stage's order and the reason`(
        behaviour: StubBackend.Behaviour,
        reason: RerankReason
    ) async throws {
        let shop = try TestShop(margins: margins)
        for stage in [RankingStage.rerank, .fused] {
            let page = try await shop.pipeline(StubBackend(behaviour)).page(lamps(stage) { $0.floor = 0 })
            #expect(page.ids == ids(0...9))
            #expect(page.hits.allSatisfy { $0.relevance == nil && $0.movement == 0 })
            #expect((page.rerank.status, page.rerank.reason) == (.failed, reason))
            #expect((page.rerank.scored, page.rerank.candidates) == (0, 10))
        }
    }

    @Test func `Two equal scores are no lie, and equal texts may have equal scores`() async throws {
        #expect(ScoreDoubt.reason([RelevanceScore(margin: 1), RelevanceScore(margin: 1)], of: ["a", "b"]) == nil)
        let scores = Array(repeating: RelevanceScore?.some(RelevanceScore(margin: 1)), count: 5)
        #expect(ScoreDoubt.reason(scores, of: ["a", "a", "a", "b", "b"]) == nil)
        #expect(ScoreDoubt.reason(scores, of: ["a", "b", "c", "b", "b"]) != nil)
    }

    @Test func `What was not scored follows in first-stage order below what was`() async throws {
        let shop = try TestShop(margins: margins)
        let pipeline = try shop.pipeline(StubBackend(.partial(4)))
        for stage in [RankingStage.rerank, .fused] {
            // Of the first four, with margins 0, -1, 2, -3.
            let page = try await pipeline.page(lamps(stage) { $0.fusion = .weighted(0) })
            #expect(page.ids == ids([2, 0, 1, 3, 4, 5, 6, 7, 8, 9]))
            #expect((page.rerank.status, page.rerank.scored, page.rerank.candidates) == (.partial, 4, 10))
            #expect(page.hits[4...].allSatisfy { $0.relevance == nil && $0.fused == nil })
        }
    }

    @Test func `Where a request names no fusion, BM25 weighs what the model's makers say`() async throws {
        let shop = try TestShop(margins: margins)
        for (weight, expected): (Double?, Fusion) in [(nil, .weighted(1)), (0, .weighted(0)), (500, .weighted(500))] {
            let pipeline = try shop.pipeline(StubBackend(.honest, firstStageWeight: weight))
            let told = try await pipeline.page(lamps(.fused) { $0.fusion = expected })
            let page = try await pipeline.page(lamps(.fused))
            #expect(page.ids == told.ids)
            #expect(page.hits.map(\.fused) == told.hits.map(\.fused))
            #expect(page.hits.allSatisfy { $0.fused?.terms.count == 2 })
        }
    }

    @Test func `Hits beyond the candidates follow in first-stage order, without a score`() async throws {
        let shop = try TestShop(margins: margins)
        let page = try await shop.pipeline(StubBackend(.honest)).page(lamps(.rerank, candidates: 5))
        #expect(page.ids == ids([2, 4, 0, 1, 3, 5, 6, 7, 8, 9]))
        #expect(page.hits.map { $0.relevance != nil } == (0..<10).map { $0 < 5 })
        #expect(page.hits[5...].allSatisfy { $0.movement == 0 })
        #expect(page.rerank.candidates == 5)
    }

    @Test func `The floor leaves out what the reranker calls irrelevant, and nothing it has not seen`() async throws {
        let shop = try TestShop(margins: margins)
        let page = try await shop.pipeline(StubBackend(.honest)).page(lamps(.rerank, candidates: 5) { $0.floor = 0 })
        #expect(page.ids == ids([2, 4, 0, 5, 6, 7, 8, 9]))
        #expect(page.rerank.dropped == 2)
        #expect(page.search.total == 8)
    }

    @Test func `Rules come last: pinned, also from beyond the window, buried, hidden`() async throws {
        let shop = try TestShop(margins: margins)
        for (stage, middle) in [(RankingStage.rerank, [4, 0, 1]), (.bm25, [0, 1, 4])] {
            let request = lamps(stage, candidates: 5) { request in
                request.floor = -2
                request.rules.pinned = [ProductID("p008"), ProductID("p003"), ProductID("absent")]
                request.rules.buried = [ProductID("p002")]
                request.rules.hidden = [ProductID("p005")]
            }
            let page = try await shop.pipeline(StubBackend(.honest)).page(request)
            #expect(page.ids == ids([8, 3] + middle + [2, 6, 7, 9]))
            #expect(page.hits.map(\.rule) == [.pinned, .pinned, nil, nil, nil, .buried, nil, nil, nil])
            #expect(page.hits[0].firstStageRank == nil)
            #expect(page.search.total == 9)
        }
    }

    @Test func `Scores of an evaluation fall from each product to the next`() async throws {
        let shop = try TestShop(margins: margins)
        let pipeline = try shop.pipeline(StubBackend(.honest))
        let answer = try await pipeline.run("lamp", top: 10, options: lamps(.rerank, candidates: 5))
        #expect(answer.products.map(\.id) == ids([2, 4, 0, 1, 3, 5, 6, 7, 8, 9]))
        #expect(answer.products.map(\.score) == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(answer.rerank.status == .complete)
        let plain = try await pipeline.run("lamp", top: 10, options: lamps(.bm25))
        #expect(plain.products.map(\.id) == ids(0...9))
        #expect(plain.products.map(\.score) == plain.products.map(\.score).sorted(by: >))
    }
}
