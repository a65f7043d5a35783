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

    /// Its name in `/openapi.json`.
    var operationName: String {
        switch self {
        case .rerank: "rerank"
        case .rerankV1: "rerankV1"
        case .rerankV2: "rerankV2"
        case .reranking: "reranking"
        case .rerankingV1: "rerankingV1"
        case .reranks: "reranks"
        case .score: "score"
        case .scoreV1: "scoreV1"
        }
    }

    /// What it does, in a line.
    var summary: String {
        switch self {
        case .rerank: "Rank documents; answers as vLLM, Infinity or TEI"
        case .rerankV1: "Rank documents; answers as Cohere v1, Jina, vLLM, llama.cpp or TEI"
        case .rerankV2: "Rank documents; answers as Cohere v2 and vLLM"
        case .reranking, .rerankingV1: "Rank documents; answers as llama.cpp or TEI"
        case .reranks: "Rank documents; answers as DashScope"
        case .score, .scoreV1: "Score pairs in their order; answers as vLLM"
        }
    }
}
