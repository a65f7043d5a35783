import ArgumentParser
import Catalog
import Retriever

/// What answers the queries of a run.
///
/// A stage to come is one more case of `RunStageName` and one more type here; the command does not change.
protocol RunStage: Sendable {
    /// The answer to one query: at most `top` products, best first.
    func rank(_ query: String, top: Int) async throws -> RunRanking
}

/// One query's answer.
struct RunRanking {
    /// Products, best first.
    var products: [(id: String, score: Double)]
    /// What each part of the stage took, in the order of the parts.
    var timings: [(part: String, milliseconds: Double)]
}

/// `--stage`, which is also the tag in the run file.
enum RunStageName: String, ExpressibleByArgument, CaseIterable {
    case bm25

    /// Opens what the stage needs.
    func open(index: String) throws -> any RunStage {
        switch self {
        case .bm25: RetrievalStage(index: try ProductIndex(path: index))
        }
    }
}

/// The first stage alone.
struct RetrievalStage: RunStage {
    let index: ProductIndex

    func rank(_ query: String, top: Int) throws -> RunRanking {
        var request = SearchRequest(query, top: top)
        request.wantsProducts = false
        request.wantsTotal = false
        let response = try index.search(request)
        return RunRanking(
            products: response.hits.map { ($0.id.rawValue, $0.score) },
            timings: [("bm25", response.milliseconds)]
        )
    }
}
