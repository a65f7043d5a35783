import Reranker
import ServiceLifecycle

/// Looks for a rerank server that is away, and checks its scores, while searches go on.
struct RerankerWatch: Service {
    let reranker: WatchedReranker
    let log: ServerLog

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            try await reranker.watch { note($0) }
        }
        // A service that ends would end the server.
        try? await gracefulShutdown()
    }

    private func note(_ event: WatchedReranker.Event) {
        switch event {
        case .away(let reason):
            log.event(
                "reranker_away",
                ["error": reason, "meanwhile": "searches are answered by the first stage; it is looked for again"]
            )
        case .found(let description):
            log.event("reranker_found", ["backend": description.backend, "model": description.model])
        case .checked(let report):
            log.event(
                "reranker_checked",
                [
                    "verdict": reranker.state.word.rawValue, "model": report.backend.model,
                    "findings": report.findings.map(\.description).joined(separator: " "),
                ]
            )
        }
    }
}
