import HTTPTypes
import Hummingbird

/// `/healthz` and `/readyz`, for whoever starts, stops and balances servers.
struct HealthEndpoints: Sendable {
    let parts: ServerParts

    var all: [Endpoint] {
        [
            Endpoint(.get, "/healthz", access: .open, Operation("health", "Whether the process is alive")) { _, _ in
                try JSONAnswer.response(Health(status: "ok"))
            },
            Endpoint(.get, "/readyz", access: .open, Operation("readiness", "Whether requests should be sent here")) {
                _,
                _ in
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
