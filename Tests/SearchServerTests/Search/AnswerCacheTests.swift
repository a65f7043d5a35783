import Catalog
import Foundation
import Ranking
import Reranker
import Retriever
import Testing

@testable import SearchServer

@Suite("Answers to hot queries")
struct AnswerCacheTests {
    /// Counts how often it is asked, and waits a little each time.
    private struct CountingBackend: RerankBackend {
        let asked = Shared(0)
        var isFailing = false

        var description: BackendDescription {
            BackendDescription(
                model: "counting",
                backend: "test",
                fingerprint: "counting",
                scoreKind: .margin,
                takesInstruction: false
            )
        }

        func score(_ request: RerankRequest) async throws -> RerankResult {
            asked.change { $0 += 1 }
            try await Task.sleep(for: .milliseconds(100))
            if isFailing { throw ServerError.overloaded }
            return RerankResult(scores: request.documents.indices.map { RelevanceScore(margin: Double($0)) })
        }
    }

    @Test("The same request again is answered from the cache, under another query id")
    func again() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let first = try await client.get("/search?q=headphones&facets=brand")
            let second = try await client.get("/search?facets=brand&q=headphones&budget_ms=500")
            let other = try await client.get("/search?q=headphones&facets=brand&sort=price")
            #expect(first["is_cached"] as? Bool == false && second["is_cached"] as? Bool == true)
            #expect(other["is_cached"] as? Bool == false)
            #expect(first.string("query_id") != second.string("query_id"))
            #expect(first["hits"] as? NSArray == second["hits"] as? NSArray)
            #expect(first["facets"] as? NSDictionary == second["facets"] as? NSDictionary)
        }
    }

    @Test("Equal requests at the same time ask the reranker once")
    func singleFlight() async throws {
        let shop = try TestShop()
        let backend = CountingBackend()
        try await shop.server(backend: backend).test(.live) { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await client.get("/search?q=headphones").status } }
                for try await status in group { #expect(status == 200) }
            }
        }
        #expect(backend.asked.value == 1)
    }

    @Test("An answer without the reranker's scores, which failed, is not kept")
    func degraded() async throws {
        let shop = try TestShop()
        let backend = CountingBackend(isFailing: true)
        try await shop.server(backend: backend).test(.router) { client in
            for _ in 0..<2 {
                let answer = try await client.get("/search?q=headphones")
                #expect(answer.status == 200 && answer.string("rerank.status") == "failed")
                #expect(answer["is_cached"] as? Bool == false)
                #expect(!answer.ids.isEmpty)
            }
            let metrics = try await client.get("/metrics")
            #expect(metrics.text.contains("aisle_degraded_answers_total{reason=\"rerank_failure\"} 2\n"))
        }
    }

    @Test("The cache stays within its bytes, and what is used stays in it")
    func bounded() throws {
        let shop = try TestShop()
        let identity = try ProductIndex(path: shop.path).identity
        let cache = AnswerCache(limit: 64 << 10, lifetime: .seconds(60))
        func key(_ query: String) -> AnswerCache.Key {
            AnswerCache.Key(RankingRequest(SearchRequest(query)), index: identity, evidence: nil)
        }
        cache.keep(Data(count: 1_000), hits: [], for: key("hot"))
        for number in 0..<500 {
            cache.keep(Data(count: 1_000), hits: [], for: key("\(number)"))
            #expect(cache.entry(key("hot")) != nil)
            #expect(cache.statistics.bytes <= 64 << 10)
        }
        #expect(cache.entry(key("0")) == nil)
        cache.keep(Data(count: 16_000), hits: [], for: key("huge"))
        #expect(cache.entry(key("huge")) == nil && cache.entry(key("hot")) != nil)
        cache.removeAll()
        #expect(cache.entry(key("hot")) == nil && cache.statistics.bytes == 0)
    }

    @Test("What is too old is not given")
    func old() throws {
        let shop = try TestShop()
        let time = Shared(ContinuousClock.now)
        let cache = AnswerCache(limit: 1 << 20, lifetime: .seconds(60)) { time.value }
        let identity = try ProductIndex(path: shop.path).identity
        let key = AnswerCache.Key(RankingRequest(SearchRequest("a")), index: identity, evidence: nil)
        cache.keep(Data(), hits: [], for: key)
        time.change { $0 += .seconds(59) }
        #expect(cache.entry(key) != nil)
        time.change { $0 += .seconds(1) }
        #expect(cache.entry(key) == nil)
    }
}
