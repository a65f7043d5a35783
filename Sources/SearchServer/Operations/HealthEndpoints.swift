import HTTPTypes
import Hummingbird

/// `/healthz` and `/readyz`, for whoever starts, stops and balances servers.
struct HealthEndpoints: Sendable {
    let parts: ServerParts

    var all: [Endpoint] {
        let answer = Operation.Content.json(
            .object("The state.", ["status": .choice("A word.", ["ok", "starting", "ready", "stopping"])])
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
                try JSONAnswer.response(Health(status: "ok"))
            },
            Endpoint(.get, "/readyz", access: .open, readiness) { _, _ in
                let state = parts.lifecycle.state
                return try JSONAnswer.response(
                    Health(status: state.rawValue),
                    status: state == .ready ? .ok : .serviceUnavailable
                )
            },
        ]
    }

    /// The answer.
    struct Health: Encodable {
        let status: String
    }
}
