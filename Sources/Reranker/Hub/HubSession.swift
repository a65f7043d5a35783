internal import Foundation

/// Speaks to a hub: redirects without giving the token away, patience with servers that are busy.
struct HubSession: Sendable {
    /// How often and how long to try.
    struct Patience: Sendable {
        /// Attempts without any progress.
        var attempts = 6
        /// Seconds before the second attempt; doubled each time, and varied so that many clients spread out.
        var first = 1.0
        /// Seconds a server may ask us to wait.
        var longest = 300.0
        /// Time in which something has to arrive.
        var stall = Duration.seconds(30)
    }

    let client: HTTPClient
    /// Without a slash at the end.
    let endpoint: String
    /// Sent to the endpoint only, and only where nobody on the way can read it.
    let token: String?
    /// Whether there is a token that is for somebody else.
    var hasOtherToken = false
    var patience = Patience()
    /// Told why a request is made again, and in how many seconds.
    var waiting: @Sendable (String, Double) -> Void = { _, _ in }

    private static let redirectLimit = 8
    /// The most seconds a server is taken to ask for: a day.
    private static let longestAsked = 86_400.0

    /// The endpoint's host, for messages.
    var host: String { RedactedURL.host(endpoint) }

    /// Sends a request once, following redirects.
    ///
    /// - Parameters:
    ///   - method: GET or HEAD.
    ///   - url: Where to begin.
    ///   - range: The part wanted.
    ///   - visiting: Shown every answer on the way, with its place from 0; returning true ends the way there.
    ///   - deciding: As for `HTTPClient.stream`; called for the last answer.
    /// - Returns: The last answer, whatever its status.
    /// - Throws: `HubError.insecureRedirect`, `.badEndpoint`, `HTTPError`, and what `deciding` throws.
    func send(
        _ method: HTTPRequest.Method,
        _ url: String,
        range: HTTPByteRange? = nil,
        visiting: (HTTPHead, Int) -> Bool = { _, _ in false },
        deciding: @escaping @Sendable (HTTPHead) throws -> HTTPSink? = { _ in nil }
    ) async throws -> HTTPResponse {
        guard let home = WebOrigin(endpoint) else { throw HubError.badEndpoint(RedactedURL.describe(endpoint)) }
        var url = url
        for place in 0..<Self.redirectLimit {
            guard let origin = WebOrigin(url) else { throw HubError.badEndpoint(RedactedURL.describe(url)) }
            var request = HTTPRequest(method, url, range: range, acceptsCompression: false)
            // Sizes and hashes are those of the bytes as they are.
            request.headers["Accept-Encoding"] = "identity"
            request.headers["User-Agent"] = "aisle"
            if let token, origin == home, origin.isPrivate(url) { request.headers["Authorization"] = "Bearer \(token)" }
            request.limits = HTTPLimits(connect: .seconds(10), stall: patience.stall, collectedBytes: 16 << 20)
            let response = try await client.stream(request) { head in
                Self.isRedirect(head) ? nil : try deciding(head)
            }
            guard !visiting(response.head, place), Self.isRedirect(response.head),
                let location = response.headers["Location"], let next = WebOrigin.resolve(location, from: url)
            else { return response }
            if origin.scheme == "https", WebOrigin(next)?.scheme != "https" {
                throw HubError.insecureRedirect(host: RedactedURL.host(url))
            }
            url = next
        }
        throw HTTPError.tooManyRedirects(host: host, limit: Self.redirectLimit)
    }

    /// Sends a request until it is answered for good.
    ///
    /// Failed connections and the statuses 408, 429 and 5xx are tried again, `Retry-After` is heeded.
    ///
    /// - Parameters:
    ///   - method: GET or HEAD.
    ///   - url: Where to begin.
    ///   - visiting: As for `send`; each attempt begins at place 0 again.
    /// - Returns: The first answer that is not of those.
    /// - Throws: The last error, or `HubError.rateLimited`, `.refused`.
    func sendPatiently(
        _ method: HTTPRequest.Method,
        _ url: String,
        visiting: (HTTPHead, Int) -> Bool = { _, _ in false }
    ) async throws -> HTTPResponse {
        var attempt = 0
        while true {
            do {
                let response = try await send(method, url, visiting: visiting)
                guard Self.isTransient(status: response.status) else { return response }
                try await wait(after: response.head, attempt: &attempt)
            } catch let error as HTTPError {
                try await wait(after: error, attempt: &attempt)
            }
        }
    }

    /// Waits before the next attempt after an answer of 408, 429 or 5xx.
    ///
    /// - Parameters:
    ///   - head: The answer.
    ///   - attempt: Attempts that failed; one is added.
    /// - Throws: `HubError.rateLimited` or `.refused` when there should be no further one.
    func wait(after head: HTTPHead, attempt: inout Int) async throws {
        attempt += 1
        let asked = head.headers["Retry-After"].flatMap(Self.seconds)
        if let asked, asked > patience.longest { throw HubError.rateLimited(host: host, seconds: Int(asked)) }
        guard attempt < patience.attempts else { throw HubError.refused(host: host, status: head.status) }
        try await pause(asked ?? 0, attempt, reason: "\(host) answered \(head.status).")
    }

    /// Waits before the next attempt after a failed transfer.
    ///
    /// - Parameters:
    ///   - error: What failed.
    ///   - attempt: Attempts that failed; one is added.
    /// - Throws: The error, when there should be no further one.
    func wait(after error: HTTPError, attempt: inout Int) async throws {
        attempt += 1
        guard Self.isTransient(error), attempt < patience.attempts else { throw error }
        try await pause(0, attempt, reason: "\(error)")
    }

    private func pause(_ asked: Double, _ attempt: Int, reason: String) async throws {
        let backoff = min(30, patience.first * Double(1 << min(attempt - 1, 10))) * .random(in: 0.5...1)
        let seconds = max(asked, backoff)
        waiting(reason, seconds)
        try await Task.sleep(for: .seconds(seconds))
    }

    /// What an answer of 401 or 403 means for a model.
    func denied(_ repository: RepositoryName) -> HubError {
        let isPrivate = WebOrigin(endpoint)?.isPrivate(endpoint) == true
        if hasOtherToken || token != nil && !isPrivate { return .tokenWithheld(name: "\(repository)", host: host) }
        return .denied(name: "\(repository)", host: host, hasToken: token != nil)
    }

    private static func isRedirect(_ head: HTTPHead) -> Bool { [301, 302, 303, 307, 308].contains(head.status) }

    static func isTransient(status: Int) -> Bool { status == 408 || status == 429 || (500...599).contains(status) }

    private static func isTransient(_ error: HTTPError) -> Bool {
        switch error {
        case .couldNotConnect, .connectTimedOut, .timedOut, .stalled, .connectionLost, .truncated, .hostNotFound, .curl:
            true
        default: false
        }
    }

    /// The seconds of a `Retry-After`, at most a day: a number, or a date (RFC 9110, 10.2.3).
    static func seconds(_ text: String) -> Double? {
        if let seconds = Double(text), seconds >= 0 { return min(seconds, longestAsked) }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: text).map { min(max(0, $0.timeIntervalSinceNow), longestAsked) }
    }
}
