/// Asks one server: address, key, time-outs, repetitions.
struct RemoteCall: Sendable {
    let client: HTTPClient
    let endpoint: RemoteEndpoint
    let dialect: RemoteDialect
    let key: RemoteKey?

    /// The server as people may see it.
    var server: String { endpoint.shown }

    /// What no message may quote: servers repeat what they were sent.
    var secrets: [String] { [key?.value, endpoint.password, endpoint.credentials].compactMap { $0 } }

    /// The most bytes of an answer: a server may send all documents back, escaped, or a long list of models.
    private static func largestAnswer(to body: [UInt8]) -> Int { min((4 << 20) + 8 * body.count, 64 << 20) }

    /// Sends a request for scores; repeats it after 429 and 503 while the deadline allows, and after nothing else.
    ///
    /// A time-out is never repeated: the server still works on the first request, and a second would only slow it.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - deadline: When the answer is of no use any more.
    /// - Returns: The body of a success.
    /// - Throws: `RemoteError`.
    func post(_ body: [UInt8], deadline: ContinuousClock.Instant?) async throws -> [UInt8] {
        let url = endpoint.url(dialect.path)
        var attempt = 1
        while true {
            let response = try await post(url, body, deadline)
            if 200..<300 ~= response.status { return response.body }
            let error = failure(response)
            guard case .refused(let refusal) = error, refusal.kind == .busy, attempt <= endpoint.settings.retries,
                let pause = RemotePause.next(
                    attempt: attempt,
                    retryAfter: refusal.retryAfter,
                    remaining: deadline.map { $0 - .now }
                )
            else { throw error }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw RemoteError.transfer(.cancelled)
            }
            attempt += 1
        }
    }

    /// Asks what the server is; any status comes back.
    ///
    /// - Throws: `RemoteError.transfer`.
    func get(_ path: String, within limit: Duration) async throws -> HTTPResponse {
        try await send(.get, endpoint.probeURL(path), body: [], within: limit)
    }

    /// Sends once; running into the deadline is told from running into the server's own time-out.
    private func post(
        _ url: String,
        _ body: [UInt8],
        _ deadline: ContinuousClock.Instant?
    ) async throws -> HTTPResponse {
        let timeout = endpoint.settings.timeout ?? RemoteSettings.defaultTimeout
        guard let remaining = deadline.map({ $0 - .now }), remaining < timeout else {
            return try await send(.post, url, body: body, within: timeout)
        }
        guard remaining > .zero else { throw RemoteError.deadline(server: server) }
        do {
            return try await send(.post, url, body: body, within: remaining)
        } catch RemoteError.transfer(.timedOut), RemoteError.transfer(.connectTimedOut) {
            throw RemoteError.deadline(server: server)
        }
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ url: String,
        body: [UInt8],
        within total: Duration
    ) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if method == .post { headers["Content-Type"] = "application/json" }
        if let key { headers["Authorization"] = "Bearer \(key.value)" }
        let limits = HTTPLimits(
            connect: min(.seconds(5), total),
            total: total,
            collectedBytes: Self.largestAnswer(to: body)
        )
        do {
            return try await client.send(HTTPRequest(method, url, headers: headers, body: body, limits: limits))
        } catch let error as HTTPError {
            throw RemoteError.transfer(error)
        }
    }

    /// What an answer means that is no success.
    func failure(_ response: HTTPResponse) -> RemoteError {
        if 300..<400 ~= response.status {
            let target = response.headers["location"].map(RedactedURL.describe) ?? "nowhere"
            return .redirected(
                server: server,
                status: response.status,
                to: RemoteMessage.clean(target, limit: 200)
            )
        }
        return .refused(
            RemoteRefusal(
                server: server,
                dialect: dialect,
                status: response.status,
                message: RemoteMessage.message(in: response.body, hiding: secrets),
                retryAfter: RemotePause.seconds(response.headers["retry-after"])
            )
        )
    }
}
