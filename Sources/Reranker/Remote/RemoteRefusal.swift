/// An answer that is no success.
public struct RemoteRefusal: Sendable, Hashable, CustomStringConvertible {
    /// The server, without user and password.
    public var server: String
    /// How it was asked.
    public var dialect: RemoteDialect
    /// The HTTP status.
    public var status: Int
    /// What the server said: bounded, without control characters and keys.
    public var message: String
    /// The seconds a server asks to wait, where it does.
    public var retryAfter: Int?

    /// What the server said, and what to do about it.
    public var description: String {
        let said = message.isEmpty ? "" : ": \(message)"
        return "\(server) refused (\(status)\(said)). \(advice)"
    }

    /// What kinds of refusal are treated differently.
    enum Kind {
        /// Too many documents, or bytes, in one request.
        case batchTooLarge
        /// A pair has more tokens than the model or its batch takes.
        case inputTooLong
        /// May go away by itself.
        case busy
        /// This very request is wrong; another may be right.
        case request
        /// Nothing will be different next time.
        case fatal
    }

    var kind: Kind {
        let text = message.lowercased()
        // Not 429: a quota of tokens is not a document's length.
        if [400, 413, 422, 500].contains(status), Self.tooLong.contains(where: { text.contains($0) }) {
            return .inputTooLong
        }
        return switch status {
        case 413: .batchTooLarge
        case 422 where text.contains("batch size"): .batchTooLarge
        case 429, 503: .busy
        case 400, 422: .request
        default: .fatal
        }
    }

    private static let tooLong = [
        "too large to process", "maximum context length", "max_model_len", "maximum model length", "too many tokens",
        "must have less than", "input is too long",
    ]

    private var advice: String {
        let keys = dialect.keyVariables.joined(separator: " or ")
        switch (kind, status) {
        case (.inputTooLong, _) where dialect == .llamacpp:
            return "A pair must fit one physical batch: start llama-server with a larger -ub (and -b), "
                + "or send less of each document with chars= in the URL."
        case (.inputTooLong, _): return "Send less of each document: set chars= in the URL."
        case (.batchTooLarge, _): return "Send fewer documents at a time: set chunk= in the URL."
        case (_, 401), (_, 403): return "Set the key in the environment: \(keys)."
        case (_, 402): return "The account has no credit."
        case (_, 404), (_, 405):
            return "There is no reranker at that path: correct the URL's path, or its scheme (now \(dialect.rawValue))."
        case (_, 424): return "The server's model failed: see its log."
        case (_, 429): return "It is overloaded, or the quota is used up: send less, or set parallel=1 in the URL."
        case (_, 501) where dialect == .llamacpp:
            return "Start llama-server with --reranking and a reranker's GGUF file."
        case (_, 501): return "Start the server for reranking."
        case (_, 503) where dialect == .llamacpp: return "It is loading its model: wait and try again."
        case (_, 503): return "It is overloaded or still starting: try again later."
        case (.request, _): return "Check the model's name and the URL's scheme (now \(dialect.rawValue))."
        default: return status >= 500 ? "See the server's log." : "Check the URL."
        }
    }
}
