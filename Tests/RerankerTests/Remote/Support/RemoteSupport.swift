import Foundation
import Synchronization

@testable import Reranker

extension StubServer {
    /// A backend that asks this server.
    func reranker(
        _ dialect: RemoteDialect = .llamacpp,
        _ settings: String = "",
        key: String? = nil
    ) throws -> RemoteReranker {
        let url = "\(dialect.rawValue)+\(url)\(settings.isEmpty ? "" : "?\(settings)")"
        return try RemoteReranker(
            try RemoteEndpoint(url),
            environment: key.map { ["AISLE_RERANK_API_KEY": $0] } ?? [:]
        )
    }

    /// Each request's body as text.
    var bodies: [String] { requests.map { String(decoding: $0.body, as: UTF8.self) } }
}

/// The documents of any request, whatever their field is called.
struct AnyDocuments: Decodable {
    var documents: [String]?
    var texts: [String]?
    var text_2: [String]?

    static func of(_ request: StubRequest) -> [String] {
        let body = try? JSONDecoder().decode(AnyDocuments.self, from: Data(request.body))
        return body?.documents ?? body?.texts ?? body?.text_2 ?? []
    }
}

extension StubAnswer {
    /// `{"results": [...]}` with these scores in the order of the documents.
    static func results(_ scores: [Double]) -> StubAnswer {
        let items = scores.enumerated().map { "{\"index\":\($0.offset),\"relevance_score\":\($0.element)}" }
        return .answer(200, "{\"results\":[\(items.joined(separator: ","))]}")
    }

    /// Scores documents named `0.25` with 0.25.
    static func reading(_ request: StubRequest) -> StubAnswer {
        .results(AnyDocuments.of(request).map { Double($0) ?? 0 })
    }
}

/// Counts calls from several threads.
final class CallCounter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

extension RerankResult {
    /// Probabilities to six places; nil where there is no score.
    var probabilities: [Double?] {
        scores.map { $0.map { ($0.probability * 1e6).rounded() / 1e6 } }
    }
}

extension RemoteReranker {
    /// The error that scoring ends in.
    func failure(_ documents: [String] = ["a", "b"], deadline: Duration? = nil) async -> RemoteError? {
        do {
            let until = deadline.map { ContinuousClock.now + $0 }
            _ = try await score(RerankRequest(query: "q", documents: documents, deadline: until))
            return nil
        } catch {
            return error as? RemoteError
        }
    }
}
