/// Why a rerank server gave no scores.
///
/// No case carries a key, a password or a query's values: messages may be logged.
public enum RemoteError: Error, Sendable, Hashable {
    case badURL(String, reason: String)
    case badSetting(name: String, reason: String)
    /// The environment variable holds something that cannot be a key.
    case badKey(variable: String)
    /// None of the questions that tell servers apart was answered as by one that is known.
    case unknownDialect(server: String, tried: [String])
    /// The connection, not the server.
    case transfer(HTTPError)
    /// Nothing was scored when the request's time was over.
    case deadline(server: String)
    /// An answer that is no success, with what the server said.
    case refused(RemoteRefusal)
    case redirected(server: String, status: Int, to: String)
    case notJSON(server: String, start: String)
    /// JSON, but nothing in it looks like scores.
    case noScores(server: String, start: String)
    /// Scores in the shape of another kind of server.
    case otherDialect(server: String, asked: RemoteDialect, shape: String)
    case noIndex(server: String)
    case indexOutOfRange(server: String, index: Int, count: Int)
    case duplicateIndex(server: String, index: Int)
    case missingScores(server: String, first: Int, missing: Int, count: Int)
    /// Something else stood where a number should be.
    case badScore(server: String, index: Int?, found: String)
    /// Probabilities were promised.
    case notProbability(server: String, index: Int, score: Double)
}

extension RemoteError {
    /// What failed; nil for a deadline, which only ends the time there was.
    var failure: String? {
        if case .deadline = self { nil } else { description }
    }

    /// Whether a server that is well, and has much to do, answers so.
    var isOfBusyServer: Bool {
        switch self {
        case .transfer(.timedOut): true
        case .refused(let refusal): refusal.status == 429
        default: false
        }
    }
}

extension RemoteError: CustomStringConvertible {
    /// What was wrong, at which server, and what to do.
    public var description: String {
        switch self {
        case .badURL(let url, let reason): "\"\(url)\" is not a rerank server's URL: \(reason)."
        case .badSetting(let name, let reason):
            "The setting \"\(RemoteMessage.clean(name, limit: 40))\" of the server's URL is wrong: \(reason)."
        case .badKey(let variable): "\(variable) holds no usable key: it has line breaks or other control characters."
        case .unknownDialect(let server, let tried):
            "\(server) is no rerank server that is known here (tried \(tried.joined(separator: ", "))). "
                + "Say what it is with the URL's scheme: \(RemoteEndpoint.schemes)."
        case .transfer(let error):
            if case .timedOut = error {
                "\(error) Give it longer (timeout=120s in its URL) or less at once (chunk=4)."
            } else {
                error.description
            }
        case .deadline(let server): "\(server) scored nothing before the time was over."
        case .refused(let refusal): refusal.description
        case .redirected(let server, let status, let to):
            "\(server) redirects (\(status)) to \(to): use that address, if you trust it."
        case .notJSON(let server, let start): "The answer of \(server) is not JSON; it begins: \(start)"
        case .noScores(let server, let start):
            "The answer of \(server) has no scores in it: is this the path of a reranker? It begins: \(start)"
        case .otherDialect(let server, let asked, let shape):
            "\(server) does not answer as \(asked.rawValue) does, but with \(shape), as these: "
                + "\(Self.dialects(answering: shape)). Correct the URL's scheme."
        default: "\(scoresAreWrong) Scores that cannot be trusted are not used; report it to the server's makers."
        }
    }

    private var scoresAreWrong: String {
        switch self {
        case .noIndex(let server): "A score of \(server) has no index: whose it is cannot be known."
        case .indexOutOfRange(let server, let index, let count):
            "\(server) scored document \(index), but was asked for 0...\(count - 1)."
        case .duplicateIndex(let server, let index): "\(server) scored document \(index) twice."
        case .missingScores(let server, let first, let missing, let count):
            "\(server) left out \(missing) of \(count) documents, the first being \(first)."
        case .badScore(let server, let index, let found):
            "\(server) answered \(found) as the score\(index.map { " of document \($0)" } ?? "")"
                + (["null", "NaN"].contains(found) ? ": its model computes no number, try another precision." : ".")
        case .notProbability(let server, let index, let score):
            "\(server) scored document \(index) with \(score), which is no probability: say scores=margin in the URL."
        default: ""
        }
    }

    private static func dialects(answering shape: String) -> String {
        RemoteDialect.allCases
            .filter { $0.answerShapes.contains { $0.rawValue == shape } }
            .map { "\($0.rawValue)+http" }
            .joined(separator: ", ")
    }
}
