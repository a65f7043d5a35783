import Catalog
import Retriever
import Testing

@testable import Ranking

@Suite struct MarkingTests {
    @Test func `Hits of each page have the query's words marked as the first stage marks them`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        let pipeline = try shop.pipeline(StubBackend(.honest))
        let plain = try await pipeline.page(lamps(.bm25)).hits
        // One word is misspelt: what is marked is the corrected one.
        for query in ["lamp", "lampp"] {
            for offset in [0, 2, 4] {
                var request = lamps(.rerank, top: 2, offset: offset, candidates: 4)
                request.search.query = query
                request.rules.pinned = ["p005"].map { .init($0) }
                let hits = try await pipeline.page(request).hits
                #expect(hits.count == 2)
                for ranked in hits {
                    let expected = plain.first { $0.hit.id == ranked.hit.id }?.hit
                    #expect(ranked.hit.title == [Fragment("lamp", isMatch: true)])
                    #expect(ranked.hit.title == expected?.title && ranked.hit.snippet == expected?.snippet)
                    #expect(!ranked.hit.snippet.isEmpty)
                }
            }
        }
    }
}
