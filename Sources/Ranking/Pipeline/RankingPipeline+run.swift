internal import Catalog
internal import Retriever

/// The answer to one query of an evaluation.
public struct RunAnswer: Sendable {
    /// Products, best first; scores fall from each to the next but for ties of BM25.
    ///
    /// BM25 in stage `bm25`. Otherwise the number of products from this one on: margins, fused scores and the BM25 of
    /// hits without a margin have no scale in common, and a run file is read by its scores.
    public var products: [(id: String, score: Double)]
    /// Time in the first stage, in milliseconds.
    public var firstStageMilliseconds: Double
    /// What became of the second stage; an evaluation should look at it.
    public var rerank: RerankReport
}

extension RankingPipeline {
    /// The `top` best products of a query, as `aisle run` needs them.
    ///
    /// - Parameters:
    ///   - query: As typed.
    ///   - top: Products wanted; those behind the candidates follow in first-stage order.
    ///   - options: Stage, candidates, fusion, instruction, and everything of the search but query and page.
    /// - Returns: The products with scores, and what the stages took.
    /// - Throws: As `page`.
    public func run(_ query: String, top: Int, options: RankingRequest) async throws -> RunAnswer {
        var request = options
        request.search.query = query
        request.search.top = top
        request.search.offset = 0
        request.search.facets = []
        request.search.wantsTotal = false
        request.search.wantsProducts = false
        let response = try await page(request)
        let isRescored = response.rerank.scored > 0
        let products = response.hits.enumerated().map { place, ranked in
            (id: ranked.hit.id.rawValue, score: isRescored ? Double(response.hits.count - place) : ranked.hit.score)
        }
        return RunAnswer(
            products: products,
            firstStageMilliseconds: response.firstStageMilliseconds,
            rerank: response.rerank
        )
    }
}
