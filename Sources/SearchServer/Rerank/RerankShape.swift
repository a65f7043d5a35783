/// In whose words an answer is written: the path decides first, then the body.
enum RerankShape: String, Sendable, Hashable, CaseIterable {
    /// `results` best first, `meta` with `api_version` 1; also what Jina's clients read.
    case cohereV1
    /// The same with `api_version` 2.
    case cohereV2
    /// `results` best first, each with its document.
    case vllm
    /// `results` best first, documents as plain text.
    case infinity
    /// `results` best first.
    case llamacpp
    /// `results` best first.
    case dashscope
    /// A bare array, best first.
    case tei

    /// The shape of an answer.
    ///
    /// - Parameters:
    ///   - path: Not one that scores pairs.
    ///   - has: Whether the body has a field.
    init(_ path: RerankPath, has: (String) -> Bool) {
        if path.knowsTexts, has("texts") {
            self = .tei
            return
        }
        switch path {
        // Only Infinity has these fields here.
        case .rerank: self = has("return_documents") || has("raw_scores") ? .infinity : .vllm
        case .rerankV1: self = .cohereV1
        case .rerankV2: self = .cohereV2
        case .reranking, .rerankingV1: self = .llamacpp
        case .reranks: self = .dashscope
        case .score, .scoreV1: self = .vllm
        }
    }

    /// Whether documents are sent back where the request does not say.
    var returnsDocuments: Bool { self == .vllm }

    /// In whose words errors are written.
    var errors: RerankErrorStyle { self == .tei ? .tei : .common }
}
