/// How a rerank server wants to be asked: path, fields, shape of the answer.
public enum RemoteDialect: String, Sendable, Hashable, CaseIterable {
    /// vLLM's `/rerank`: the server may put texts into its chat template.
    case vllm
    /// vLLM's `/score`: texts go to the model as they are sent, unless the server has a chat template.
    case vllmScore = "vllm-score"
    /// llama.cpp's `llama-server --reranking`; applies the template in its GGUF file.
    case llamacpp
    /// Hugging Face Text Embeddings Inference.
    case tei
    case infinity
    /// Cohere's API, version 2.
    case cohere
    /// Cohere's API, version 1, which many gateways speak.
    case cohereV1 = "cohere-v1"
    case jina
    case sglang
    /// Alibaba Cloud Model Studio, the compatible API.
    case dashscope
}

extension RemoteDialect {
    /// The shapes an answer can have.
    enum AnswerShape: String, Sendable {
        /// `[{"index", "score"}]`
        case list = "a bare list"
        /// `{"results": [{"index", "relevance_score"}]}`
        case results = "\"results\""
        /// `{"data": [{"index", "score"}]}`
        case data = "\"data\""
    }

    /// Where the server listens for pairs to score, below the URL's own path.
    var path: String {
        switch self {
        // The aliases below /v1 are deprecated in vLLM; a URL may end in /v1 nevertheless.
        case .vllm, .llamacpp, .tei, .infinity: "/rerank"
        case .vllmScore: "/score"
        case .cohereV1, .jina, .sglang: "/v1/rerank"
        case .cohere: "/v2/rerank"
        case .dashscope: "/compatible-api/v1/reranks"
        }
    }

    /// The fields of a request that this server knows, and no other is ever sent.
    var requestFields: Set<String> {
        switch self {
        case .vllm: ["model", "query", "documents", "instruction"]
        case .vllmScore: ["model", "text_1", "text_2"]
        case .llamacpp: ["model", "query", "documents"]
        case .tei: ["query", "texts", "truncate", "raw_scores", "return_text"]
        case .infinity: ["model", "query", "documents", "raw_scores", "return_documents"]
        case .cohere: ["model", "query", "documents"]
        case .cohereV1: ["model", "query", "documents", "return_documents"]
        case .jina: ["model", "query", "documents", "return_documents"]
        case .sglang: ["query", "documents", "instruct", "return_documents"]
        case .dashscope: ["model", "query", "documents", "instruct"]
        }
    }

    /// The shapes this server answers in.
    var answerShapes: Set<AnswerShape> {
        switch self {
        case .tei, .sglang: [.list]
        case .vllmScore: [.data]
        // Releases before 2025 answered under "data".
        case .infinity: [.results, .data]
        case .vllm, .llamacpp, .cohere, .cohereV1, .jina, .dashscope: [.results]
        }
    }

    /// Documents to a request, unless a setting says otherwise.
    var defaultChunk: Int {
        switch self {
        // Searches of up to 100 documents cost the same.
        case .cohere, .cohereV1: 100
        case .jina: 100
        // A request's tokens are bounded, and the query counts once a document.
        case .dashscope: 50
        // The default of TEI's max_client_batch_size; small enough that a deadline loses little.
        case .vllm, .vllmScore, .llamacpp, .tei, .infinity, .sglang: 32
        }
    }

    /// The model to ask for where the server demands a name and the URL has none.
    var defaultModel: String? {
        switch self {
        case .cohere, .cohereV1: "rerank-v3.5"
        case .jina: "jina-reranker-v2-base-multilingual"
        case .dashscope: "qwen3-rerank"
        case .vllm, .vllmScore, .llamacpp, .tei, .infinity, .sglang: nil
        }
    }

    /// The template put around texts here, unless a setting says otherwise.
    var defaultTemplate: RemoteTemplate {
        self == .vllmScore ? .qwen3 : .none
    }

    /// Whether each request's instruction has a field.
    var takesInstruction: Bool {
        !requestFields.isDisjoint(with: ["instruction", "instruct"])
    }

    /// Environment variables that may hold the key, the first that is set wins.
    var keyVariables: [String] {
        switch self {
        case .cohere, .cohereV1: ["AISLE_RERANK_API_KEY", "COHERE_API_KEY", "CO_API_KEY"]
        case .jina: ["AISLE_RERANK_API_KEY", "JINA_API_KEY"]
        case .dashscope: ["AISLE_RERANK_API_KEY", "DASHSCOPE_API_KEY"]
        default: ["AISLE_RERANK_API_KEY"]
        }
    }

    /// Whether this is a company's service that is known by its address and has no model list to look at.
    var isHosted: Bool {
        switch self {
        case .cohere, .cohereV1, .jina, .dashscope: true
        case .vllm, .vllmScore, .llamacpp, .tei, .infinity, .sglang: false
        }
    }
}

/// A prompt template applied on this side.
public enum RemoteTemplate: String, Sendable, Hashable, CaseIterable {
    /// Texts go as they are: the server has the template, or its model needs none.
    case none
    /// Qwen3-Reranker's, for servers that hand texts to that model as they come.
    case qwen3
}
