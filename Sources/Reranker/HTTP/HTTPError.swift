internal import Foundation

/// Why a transfer came to nothing.
///
/// No case carries a password, a header or a query's values: messages may be logged.
public enum HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not an absolute http or https URL.
    case badURL(String)
    /// A header name or value that would break the request apart.
    case badHeader(name: String)
    case hostNotFound(host: String)
    case couldNotConnect(host: String)
    /// The connection did not stand in time.
    case connectTimedOut(host: String, after: Duration)
    /// Connected, but not done in time.
    case timedOut(host: String, after: Duration)
    /// Nothing arrived for so long.
    case stalled(host: String, after: Duration)
    /// The server's certificate is not to be trusted.
    case untrusted(host: String, reason: String)
    /// TLS failed otherwise; the other side may not speak it.
    case tls(host: String, reason: String)
    /// The file of certificate authorities cannot be read.
    case badAuthorities(path: String)
    /// The proxy refused, or cannot be reached.
    case proxy(reason: String)
    /// The server closed the connection in the middle.
    case connectionLost(host: String)
    /// The body ended before its announced length.
    case truncated(host: String)
    /// The answer is not HTTP, or cannot be decoded.
    case notHTTP(host: String, reason: String)
    case tooLarge(host: String, limit: Int)
    case tooManyRedirects(host: String, limit: Int)
    /// The bytes could not be written where they should go: an errno.
    case writeFailed(code: Int32)
    /// The task was cancelled.
    case cancelled
    /// libcurl cannot be used on this system.
    case unavailable(reason: String)
    /// Something else: libcurl's code and its words for that code.
    case curl(code: Int, host: String, reason: String)

    /// What happened, to which host, and what helps.
    public var description: String {
        switch self {
        case .badURL(let url): "\"\(url)\" is not a URL: it needs a scheme (http or https) and a host."
        case .badHeader(let name): "The header \(name) has a line break or another control character in it."
        case .hostNotFound(let host): "There is no host \(host): check the name, or the name service."
        case .couldNotConnect(let host): "Nothing answers at \(host): is the server running, is the port right?"
        case .connectTimedOut(let host, let limit): "\(host) could not be reached within \(Self.seconds(limit))."
        case .timedOut(let host, let limit): "\(host) did not answer within \(Self.seconds(limit))."
        case .stalled(let host, let limit): "\(host) sent nothing for \(Self.seconds(limit))."
        case .untrusted(let host, let reason):
            "The certificate of \(host) is not trusted (\(reason)). If it is your own, name its authority's file in "
                + "SSL_CERT_FILE; on a bare system install ca-certificates."
        case .tls(let host, let reason):
            "No secure connection to \(host) (\(reason)): does that port speak https?"
        case .badAuthorities(let path):
            "The certificate authorities in \(path) cannot be read: correct SSL_CERT_FILE or CURL_CA_BUNDLE."
        case .proxy(let reason): "The proxy failed (\(reason)): check http_proxy, https_proxy and no_proxy."
        case .connectionLost(let host): "\(host) closed the connection before it had answered."
        case .truncated(let host): "The answer of \(host) broke off before its announced end."
        case .notHTTP(let host, let reason): "\(host) answered something that is not HTTP (\(reason))."
        case .tooLarge(let host, let limit): "The answer of \(host) is larger than \(limit) bytes."
        case .tooManyRedirects(let host, let limit): "\(host) redirected more than \(limit) times."
        case .writeFailed(let code): "What arrived could not be written: \(String(cString: strerror(code)))."
        case .cancelled: "The transfer was cancelled."
        case .unavailable(let reason): "libcurl cannot be used: \(reason)."
        case .curl(let code, let host, let reason): "The transfer from \(host) failed: \(reason) (libcurl \(code))."
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds / 100) / 10) s"
    }
}

extension Duration {
    /// Whole milliseconds, rounded up so that no time-out becomes libcurl's 0, which means none.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        // Years are enough for anybody, and cannot overflow.
        let bounded = min(max(seconds, 0), 1_000_000_000)
        return Int(bounded) * 1000 + Int((max(attoseconds, 0) + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
