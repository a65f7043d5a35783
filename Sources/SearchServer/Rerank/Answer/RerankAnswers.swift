import Foundation

/// The answer of a rerank endpoint as an object; what a shape does not have is nil.
struct ResultsAnswer: Encodable {
    struct Result: Encodable {
        let index: Int
        let relevanceScore: Double
        let document: SentDocument?
    }

    let id: String?
    let object: String?
    let created: Int?
    let model: String
    let results: [Result]
    let meta: Meta?
    let usage: Usage?
    /// Documents whose tails were cut.
    let truncated: [Int]?
    /// True where the query's tail was cut.
    let queryTruncated: Bool?
    let partial: Partial?

    init(_ body: RerankBody, _ scores: RerankScores, occasion: AnswerOccasion) {
        let shape = body.shape
        id = shape == .llamacpp ? nil : occasion.id
        object =
            switch shape {
            case .infinity: "rerank"
            case .cohereV1, .llamacpp, .dashscope: "list"
            case .cohereV2, .vllm, .tei: nil
            }
        created = shape == .infinity ? occasion.created : nil
        model = occasion.model
        results = RankedDocument.ranking(body, scores).map { ranked in
            Result(
                index: ranked.index,
                relevanceScore: ranked.score,
                document: body.returnsDocuments ? SentDocument(ranked.document, shape) : nil
            )
        }
        meta =
            switch shape {
            case .cohereV1: Meta("1", body, scores)
            case .cohereV2: Meta("2", body, scores)
            case .vllm, .infinity, .llamacpp, .dashscope, .tei: nil
            }
        usage = scores.promptTokens.map(Usage.init(promptTokens:))
        truncated = scores.truncated.isEmpty ? nil : scores.truncated
        queryTruncated = scores.isQueryTruncated ? true : nil
        partial = Partial(scores)
    }
}

/// A document as it is sent back.
enum SentDocument: Encodable {
    case text(String)
    case object([String: JSONValue])

    init(_ document: RerankDocument, _ shape: RerankShape) {
        if shape == .infinity {
            self = .text(document.text)
            return
        }
        // Clients read "text" of objects that came without it, too.
        self = .object((document.fields ?? [:]).merging(["text": .string(document.text)]) { own, _ in own })
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .object(let fields): try container.encode(fields)
        }
    }
}

/// Tokens, as vLLM and OpenAI count them.
struct Usage: Encodable {
    let promptTokens: Int
    let totalTokens: Int

    /// All tokens are the prompts': a reranker writes none.
    init(promptTokens: Int) {
        self.promptTokens = promptTokens
        totalTokens = promptTokens
    }
}

/// How much of a request was scored in time, where that is not all.
struct Partial: Encodable {
    let scored: Int
    let documents: Int

    init?(_ scores: RerankScores) {
        documents = scores.margins.count
        scored = scores.margins.count { $0 != nil }
        if scored == documents { return nil }
    }
}

/// Cohere's block about a request.
struct Meta: Encodable {
    struct Version: Encodable {
        let version: String
    }
    struct Units: Encodable {
        let searchUnits: Int
    }
    struct Tokens: Encodable {
        let inputTokens: Int
    }

    let apiVersion: Version
    let billedUnits: Units
    let tokens: Tokens?
    let warnings: [String]?

    /// Documents to a search unit.
    private static let unit = 100

    init(_ version: String, _ body: RerankBody, _ scores: RerankScores) {
        apiVersion = Version(version: version)
        billedUnits = Units(searchUnits: (body.documents.count + Self.unit - 1) / Self.unit)
        tokens = scores.promptTokens.map(Tokens.init(inputTokens:))
        var warnings: [String] = []
        if !scores.truncated.isEmpty {
            warnings.append("Documents that were cut because they are too long: \(scores.truncated.count)")
        }
        if scores.isQueryTruncated { warnings.append("The query was cut because it is too long") }
        if let partial = Partial(scores) {
            warnings.append("Documents scored in time: \(partial.scored) of \(partial.documents)")
        }
        self.warnings = warnings.isEmpty ? nil : warnings
    }
}

/// A result of TEI's bare array.
struct ListedResult: Encodable {
    let index: Int
    let score: Double
    let text: String?
}

/// The answer of a score endpoint.
struct ScoresAnswer: Encodable {
    struct Item: Encodable {
        let index: Int
        let object = "score"
        let score: Double
    }

    let id: String
    let object = "list"
    let created: Int
    let model: String
    let data: [Item]
    let usage: Usage?
    let truncated: [Int]?
    /// True where the query's tail was cut.
    let queryTruncated: Bool?
    let partial: Partial?

    init(_ body: ScoreBody, _ scores: RerankScores, occasion: AnswerOccasion) {
        id = occasion.id
        created = occasion.created
        model = occasion.model
        data = scores.margins.enumerated().compactMap { index, margin in
            margin.map { Item(index: index, score: RerankScores.shown($0, isRaw: body.options.isRaw)) }
        }
        usage = scores.promptTokens.map(Usage.init(promptTokens:))
        truncated = scores.truncated.isEmpty ? nil : scores.truncated
        queryTruncated = scores.isQueryTruncated ? true : nil
        partial = Partial(scores)
    }
}

/// What an answer says of itself.
struct AnswerOccasion {
    /// The request's, as in its headers and the log.
    let id: String
    /// Seconds since 1970.
    let created: Int
    /// The model that is loaded, whatever was asked for.
    let model: String
}
