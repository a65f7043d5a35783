import Catalog
import Ranking
import Retriever

/// One query's answer, timed.
struct RunRanking {
    /// Products, best first.
    let products: [(id: String, score: Double)]
    /// What each part of the stage took, in the order of the parts.
    let timings: [(part: String, milliseconds: Double)]
    /// What became of the second stage.
    let rerank: RerankReport

    /// The answer to one query: at most `top` products.
    init(_ query: String, top: Int, options: RankingRequest, by pipeline: RankingPipeline) async throws {
        let start = ContinuousClock.now
        let answer = try await pipeline.run(query, top: top, options: options)
        let time = (ContinuousClock.now - start) / .milliseconds(1)
        products = answer.products
        rerank = answer.rerank
        if options.stage == .bm25 {
            timings = [("bm25", answer.firstStageMilliseconds)]
        } else {
            let stages = answer.firstStageMilliseconds + answer.rerank.milliseconds
            // What is left is reading products, writing them down and ordering them.
            timings = [
                ("bm25", answer.firstStageMilliseconds), ("rerank", answer.rerank.milliseconds),
                ("texts", max(time - stages, 0)),
            ]
        }
    }

    /// A page's hits, without timings.
    init(_ response: RankedResponse) {
        products = response.hits.map { ($0.hit.id.rawValue, $0.hit.score) }
        timings = []
        rerank = response.rerank
    }
}
