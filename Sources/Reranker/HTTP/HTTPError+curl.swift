internal import CCurl

extension HTTPError {
    /// What a result of libcurl means.
    ///
    /// - Parameters:
    ///   - code: libcurl's result, not `CURLE_OK`.
    ///   - request: What was asked, for the host and the limits.
    ///   - url: Where the transfer was at last: the request's URL, or where redirects led.
    ///   - connected: Whether the request could be sent, which tells the two kinds of time-out apart.
    ///   - connectStatus: What a proxy answered to CONNECT; 0 where none was asked.
    ///   - detail: libcurl's words about this transfer; only used where they name a TLS or proxy problem.
    init(_ code: CURLcode, request: HTTPRequest, url: String, connected: Bool, connectStatus: Int, detail: String) {
        guard connectStatus < 400 else {
            self = .proxy(reason: "it answered \(connectStatus)")
            return
        }
        let host = RedactedURL.host(request.url)
        let words = String(cString: curl_easy_strerror(code))
        let reason = detail.isEmpty ? words : detail
        switch code {
        // Our URLs were checked: a protocol that is none of ours is an answer without a status line, or a redirect.
        case CURLE_UNSUPPORTED_PROTOCOL where connected: self = .notHTTP(host: host, reason: reason)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: self = .badURL(RedactedURL.describe(request.url))
        case CURLE_COULDNT_RESOLVE_HOST: self = .hostNotFound(host: host)
        case CURLE_COULDNT_CONNECT:
            let proxy = Self.deadProxy(detail, url: url)
            self = proxy.map { .proxy(reason: "nothing answers at \($0)") } ?? .couldNotConnect(host: host)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: self = .proxy(reason: words)
        case CURLE_OPERATION_TIMEDOUT: self = Self.timeOut(request, host: host, connected: connected, detail: detail)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR: self = .untrusted(host: host, reason: reason)
        case CURLE_SSL_CACERT_BADFILE: self = .badAuthorities(path: CertificateAuthorities.path ?? "the default place")
        case CURLE_SSL_CONNECT_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM:
            self = .tls(host: host, reason: reason)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            self = .connectionLost(host: host)
        case CURLE_PARTIAL_FILE: self = .truncated(host: host)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            self = .notHTTP(host: host, reason: words)
        case CURLE_TOO_MANY_REDIRECTS: self = .tooManyRedirects(host: host, limit: request.maximumRedirects)
        case CURLE_ABORTED_BY_CALLBACK: self = .cancelled
        default: self = .curl(code: Int(code.rawValue), host: host, reason: words)
        }
    }

    /// The proxy that could not be reached; nil where that was the server itself.
    ///
    /// libcurl's words name whom it tried, "Failed to connect to HOST port PORT after ...": a proxy is another host than
    /// the URL's. Newer versions always name the URL's, and add the proxy: "... HOST port PORT via PROXY after ...".
    private static func deadProxy(_ detail: String, url: String) -> String? {
        let words = detail.split(separator: " ")
        guard detail.hasPrefix("Failed to connect to "), words.count > 8 else { return nil }
        if words[7] == "via" { return String(words[8]) }
        let tried = "\(words[4]):\(words[6])"
        guard let expected = Self.server(url), tried.lowercased() != expected.lowercased() else { return nil }
        return tried
    }

    /// `host:port` of a URL as libcurl spells them in its words; nil for names that it spells otherwise there.
    private static func server(_ url: String) -> String? {
        let parts = curl_url()
        defer { curl_url_cleanup(parts) }
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parts, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else {
                return nil
            }
            defer { curl_free(text) }
            return String(cString: text)
        }
        guard let host = part(CURLUPART_HOST), let port = part(CURLUPART_PORT),
            host.utf8.allSatisfy({ $0 < 128 }), !host.hasSuffix(".")
        else { return nil }
        // The address in "[::1]".
        return "\(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host):\(port)"
    }

    private static func timeOut(_ request: HTTPRequest, host: String, connected: Bool, detail: String) -> HTTPError {
        let limits = request.limits
        // libcurl has one code for all of them; its words tell the slow from the late.
        if let stall = limits.stall, detail.hasPrefix("Operation too slow") {
            return .stalled(host: host, after: stall)
        }
        let total = limits.total ?? limits.connect
        return connected
            ? .timedOut(host: host, after: total)
            : .connectTimedOut(host: host, after: min(limits.connect, total))
    }
}
