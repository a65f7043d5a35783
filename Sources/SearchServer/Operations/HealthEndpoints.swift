import HTTPTypes
import Hummingbird
import Reranker

/// `/healthz` and `/readyz`, for whoever starts, stops and balances servers.
struct HealthEndpoints: Sendable {
    let parts: ServerParts

    private static let words = WatchedReranker.State.Word.allCases.map(\.rawValue)

    var all: [Endpoint] {
        let answer = Operation.Content.json(
            .object(
                "The state.",
                [
                    "status": .choice("A word.", ["ok", "starting", "ready", "stopping"]),
                    "reranker": .choice("What is known of a rerank server.", Self.words).optional,
                    "findings": .list("What a check of its scores found; the log says more.", of: .text("A word."))
                        .optional,
                ]
            )
        )
        let health = Operation(name: "health", summary: "Whether the process is alive", answer: answer)
        let readiness = Operation(
            name: "readiness",
            summary: "Whether requests should be sent here",
            answer: answer,
            alike: [503]
        )
        return [
            Endpoint(.get, "/healthz", access: .open, health) { _, _ in
                try JSONAnswer.response(Health(status: "ok", nil))
            },
            Endpoint(.get, "/readyz", access: .open, readiness) { _, _ in
                let state = parts.lifecycle.state
                return try JSONAnswer.response(
                    Health(status: state.rawValue, parts.watched?.state),
                    status: state == .ready ? .ok : .serviceUnavailable
                )
            },
        ]
    }

    /// The answer.
    struct Health: Encodable {
        let status: String
        /// The first stage answers without a reranker, so none of this keeps requests away.
        let reranker: String?
        let findings: [String]?

        init(status: String, _ reranker: WatchedReranker.State?) {
            self.status = status
            self.reranker = reranker?.word.rawValue
            findings = reranker.flatMap { $0.findings.isEmpty ? nil : $0.findings.map(\.kind.rawValue) }
        }
    }
}
