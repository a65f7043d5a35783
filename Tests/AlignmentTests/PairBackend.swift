import Foundation
import Reranker
import Synchronization

/// A backend that is told what to say of each pair of texts, and may give up after some requests.
final class PairBackend: RerankBackend {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "the stub fails" }
    }

    private let state = Mutex<(requests: [RerankRequest], allowed: Int)>(([], .max))
    private let margin: @Sendable (String, String) -> Double?
    private let name: String

    init(
        name: String = "stub",
        failingAfter allowed: Int = .max,
        margin: @escaping @Sendable (_ query: String, _ document: String) -> Double?
    ) {
        self.name = name
        self.margin = margin
        state.withLock { $0.allowed = allowed }
    }

    var requests: [RerankRequest] { state.withLock { $0.requests } }

    var description: BackendDescription {
        BackendDescription(
            model: name,
            backend: "test",
            fingerprint: name,
            scoreKind: .margin,
            takesInstruction: true
        )
    }

    func score(_ request: RerankRequest) async throws -> RerankResult {
        try state.withLock { state in
            guard state.allowed > 0 else { throw Failure() }
            state.allowed -= 1
            state.requests.append(request)
        }
        return RerankResult(
            scores: request.documents.map { document in
                margin(request.query, document).map { RelevanceScore(margin: $0) }
            }
        )
    }
}
