internal import Foundation

/// A rerank server's address: `vllm+http://host:port/prefix?model=NAME&template=qwen3&chunk=32`.
///
/// The scheme names the dialect; a plain `http` or `https` leaves it to a look at the server.
public struct RemoteEndpoint: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// How the server wants to be asked; nil where the URL does not say.
    public var dialect: RemoteDialect?
    /// What the URL's query sets.
    public var settings: RemoteSettings
    /// The server's URL without query and trailing slash; may hold a user and a password.
    let base: String

    /// Reads a URL.
    ///
    /// - Throws: `RemoteError.badURL`, `RemoteError.badSetting`.
    public init(_ url: String) throws {
        let shown = RedactedURL.describe(url)
        guard let mark = url.range(of: "://") else {
            throw RemoteError.badURL(shown, reason: "it has no scheme; there are \(Self.schemes)")
        }
        let scheme = url[..<mark.lowerBound].lowercased()
        let parts = scheme.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard let transport = parts.last, ["http", "https"].contains(transport), parts.count <= 2 else {
            throw RemoteError.badURL(shown, reason: "its scheme is unknown; there are \(Self.schemes)")
        }
        if parts.count == 2 {
            guard let dialect = RemoteDialect(rawValue: parts[0]) else {
                throw RemoteError.badURL(shown, reason: "its scheme is unknown; there are \(Self.schemes)")
            }
            self.dialect = dialect
        }
        guard var address = URLComponents(string: "\(transport)://\(url[mark.upperBound...])"),
            let host = address.host, !host.isEmpty
        else { throw RemoteError.badURL(shown, reason: "it has no host, or a character that must be escaped") }
        settings = RemoteSettings()
        for item in address.queryItems ?? [] { try settings.set(item.name, item.value ?? "") }
        address.query = nil
        address.fragment = nil
        while address.percentEncodedPath.hasSuffix("/") { address.percentEncodedPath.removeLast() }
        base = address.string ?? "\(transport)://\(host)"
        if dialect == nil { dialect = Self.hostedDialect(host.lowercased()) }
    }

    /// Whether a model's name is meant as a server's address.
    public static func isEndpoint(_ model: String) -> Bool {
        model.contains("://")
    }

    /// The schemes there are, for messages.
    static let schemes =
        RemoteDialect.allCases.map { "\($0.rawValue)+http" }.joined(separator: ", ") + " (or +https), http, https"

    /// Without user and password, for people.
    public var description: String { (dialect.map { "\($0.rawValue)+" } ?? "") + shown }

    /// The same for debuggers and dumps.
    public var customMirror: Mirror { Mirror(self, children: ["dialect": dialect as Any, "shown": shown]) }

    /// The server's URL without user and password.
    var shown: String { RedactedURL.describe(base) }

    /// Whether a key would cross a network in the clear.
    var isOpenToListeners: Bool { base.lowercased().hasPrefix("http://") && !RedactedURL.isLoopback(base) }

    /// The password of the URL, which no message may quote.
    var password: String? { URLComponents(string: base)?.password }

    /// User and password as a header has them.
    var credentials: String? {
        guard let parts = URLComponents(string: base), let user = parts.user else { return nil }
        return Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
    }

    /// The server's URL with a path below it.
    ///
    /// Where the URL's own path ends as the wanted one begins, the common part is not repeated: people paste
    /// `https://host/v1` and `https://host/v1/rerank` alike.
    func url(_ path: String) -> String { Self.url(base, path) }

    /// The same for a question what the server is: where the URL names the path for scores, beside that.
    func probeURL(_ path: String) -> String {
        guard var address = URLComponents(string: base) else { return url(path) }
        let own = address.percentEncodedPath
        guard let scoring = Self.scoringPaths.first(where: { own.hasSuffix($0) }) else { return url(path) }
        address.percentEncodedPath.removeLast(scoring.count)
        return Self.url(address.string ?? base, path)
    }

    /// Where servers listen for pairs to score; longer ones first.
    private static let scoringPaths = ["/v1/rerank", "/v2/rerank", "/v1/score", "/rerank", "/score"]

    private static func url(_ base: String, _ path: String) -> String {
        let wanted = path.split(separator: "/")
        let own = (URLComponents(string: base)?.percentEncodedPath ?? "").split(separator: "/")
        for count in stride(from: min(own.count, wanted.count), to: 0, by: -1)
        where own.suffix(count) == wanted.prefix(count) {
            return base + wanted.dropFirst(count).map { "/\($0)" }.joined()
        }
        if own.last == wanted.last { return base }
        return base + path
    }

    /// Companies' services are known by their hosts.
    private static func hostedDialect(_ host: String) -> RemoteDialect? {
        if host == "api.cohere.com" || host == "api.cohere.ai" { return .cohere }
        if host == "api.jina.ai" { return .jina }
        if host.hasPrefix("dashscope"), host.hasSuffix(".aliyuncs.com") { return .dashscope }
        return nil
    }
}
