/// Where rerank servers listen, all of them with POST.
///
/// `docs/rerank-api.md` has the table of which path takes and answers what.
enum RerankPath: String, Sendable, CaseIterable {
    /// vLLM, TEI, Infinity, llama.cpp.
    case rerank = "/rerank"
    /// Cohere's version 1, Jina, vLLM, llama.cpp.
    case rerankV1 = "/v1/rerank"
    /// Cohere's version 2, vLLM.
    case rerankV2 = "/v2/rerank"
    /// llama.cpp.
    case reranking = "/reranking"
    case rerankingV1 = "/v1/reranking"
    /// DashScope.
    case reranks = "/compatible-api/v1/reranks"
    /// vLLM.
    case score = "/score"
    case scoreV1 = "/v1/score"

    /// Whether it scores pairs in their order instead of ranking documents.
    var scoresPairs: Bool { self == .score || self == .scoreV1 }

    /// Whether `texts` instead of `documents` asks for TEI's answer.
    var knowsTexts: Bool {
        switch self {
        case .rerank, .rerankV1, .reranking, .rerankingV1: true
        case .rerankV2, .reranks, .score, .scoreV1: false
        }
    }

    /// What `/openapi.json` says of it.
    var operation: Operation {
        switch self {
        case .rerank: Operation("rerank", "Rank documents; answers as vLLM, Infinity or TEI")
        case .rerankV1: Operation("rerankV1", "Rank documents; answers as Cohere v1, Jina, vLLM, llama.cpp or TEI")
        case .rerankV2: Operation("rerankV2", "Rank documents; answers as Cohere v2 and vLLM")
        case .reranking: Operation("reranking", "Rank documents; answers as llama.cpp or TEI")
        case .rerankingV1: Operation("rerankingV1", "Rank documents; answers as llama.cpp or TEI")
        case .reranks: Operation("reranks", "Rank documents; answers as DashScope")
        case .score: Operation("score", "Score pairs in their order; answers as vLLM")
        case .scoreV1: Operation("scoreV1", "Score pairs in their order; answers as vLLM")
        }
    }
}
