public import Retriever

/// What can be wrong with a request, or with the server at this moment.
///
/// What searching and indexing throw has errors of its own; `ErrorAnswer` knows them all.
public enum ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is nothing at this path.
    case noSuchPath(String)
    /// The path is there, but not with this method.
    case wrongMethod(method: String, path: String, allowed: [String])
    /// Parameters nobody reads.
    case unknownParameters(names: [String], known: [String])
    /// A parameter that is given twice, or under two of its names.
    case repeatedParameter(name: String)
    /// A parameter that has to be there.
    case missingParameter(name: String)
    /// A parameter's value cannot be used.
    case badParameter(name: String, value: String, expected: String)
    /// A filter that cannot be read.
    case badFilter(name: String, FilterError)
    /// The query string is not percent-encoded UTF-8.
    case badEncoding(text: String)
    /// The body is not JSON.
    case badJSON(reason: String)
    /// The body is JSON, but not an object.
    case notAnObject(found: String)
    /// The body is of another kind.
    case wrongContentType(found: String, expected: String)
    /// The body is too large.
    case bodyTooLarge(limit: Int)
    /// No key was sent, and one is needed.
    case missingKey
    /// Nobody has this key.
    case unknownKey
    /// The key is not for this.
    case wrongScope(needed: AccessScope)
    /// Too many requests wait.
    case overloaded
    /// The server is stopping.
    case stopping
    /// More documents in one body than allowed.
    case tooManyDocuments(count: Int, limit: Int)
    /// No document has a member of those that identify the products of this index.
    case noIdentifier(names: [String])
    /// Events are not kept here.
    case noEvents
    /// No event of a request can be used.
    case badEvents(record: Int, field: String?, problem: String)
    /// There is no product with this id.
    case noSuchProduct(id: String)
    /// There is nothing to rank.
    case noDocuments(field: String)
    /// More documents than one request to a rerank endpoint may have.
    case tooManyTexts(field: String, count: Int, limit: Int)
    /// A document larger than any may be.
    case documentTooLarge(field: String, bytes: Int, limit: Int)
    /// A document that would have to be cut, and must not be.
    case documentCut(index: Int)
    /// A query that would have to be.
    case queryCut
    /// The server was started without a reranker.
    case noModel
    /// The reranker the server was started with does not work.
    case modelUnavailable(reason: String)
    /// The reranker failed.
    case rerankerFailed(reason: String)
    /// Not everything was scored in time.
    case timeOver(scored: Int, documents: Int, milliseconds: Int)

    /// There is no report of this name, or its address is of another time.
    case noSuchReport(name: String)
    /// The folder of reports cannot be read.
    case reportsUnreadable(path: String)

    /// One line: what was wrong and what to do.
    public var description: String {
        switch self {
        case .noSuchPath(let path): "There is nothing at \(path.prefix(200)): /openapi.json lists what there is."
        case .wrongMethod(let method, let path, let allowed):
            "\(method) is not possible at \(path.prefix(200)): use \(allowed.joined(separator: " or "))."
        case .unknownParameters(let names, let known):
            """
            \(names.count == 1 ? "There is no parameter" : "There are no parameters") \
            \(names.map { "\"\($0.prefix(60))\"" }.joined(separator: ", ")). Parameters are: \
            \(known.joined(separator: ", ")).
            """
        case .repeatedParameter(let name): "The parameter \"\(name)\" is given more than once."
        case .missingParameter(let name): "The parameter \"\(name)\" is missing."
        case .badParameter(let name, let value, let expected):
            "The parameter \"\(name)\" cannot be \(value): it is \(expected)."
        case .badFilter(_, let error): "\(error)"
        case .badEncoding(let text): "\"\(text.prefix(60))\" is not percent-encoded UTF-8."
        case .badJSON(let reason): "The body is not JSON: \(reason)"
        case .notAnObject(let found): "The body is \(found): send a JSON object."
        case .wrongContentType(let found, let expected):
            "The content type \"\(found.prefix(100))\" cannot be read: send \(expected)."
        case .bodyTooLarge(let limit): "The body is too large: at most \(limit) bytes are read."
        case .missingKey: "This needs a key: send Authorization: Bearer KEY, or X-API-Key: KEY."
        case .unknownKey: "The key is not known here."
        case .wrongScope(let needed): "The key has not the scope \(needed.rawValue), which this needs."
        case .overloaded: "Too many requests wait: try again in a moment."
        case .stopping: "The server is being stopped: try again in a moment."
        case .noSuchReport(let name):
            "There is no report \"\(name.prefix(200))\" at this address: /reports lists them with their addresses."
        case .reportsUnreadable(let path): "\(path): the folder of reports cannot be read."
        case .noIdentifier(let names) where names.isEmpty:
            "The products of this index are numbered by the lines of its dumps, which have an \"id\" that is something "
                + "else: build it with --map id=COLUMN to change products one by one."
        case .noIdentifier(let names):
            "No document has \(names.map { "\"\($0)\"" }.joined(separator: " or ")), by which the products of this "
                + "index are known. Send their ids under that name."
        case .tooManyDocuments(let count, let limit):
            "The body has \(count) documents: send at most \(limit) at a time."
        case .noEvents: "This server keeps no events: start it with --events FILE."
        case .badEvents(let record, let field, let problem):
            "No event can be used; record \(record): \(field.map { "\($0) " } ?? "")\(problem)."
        case .noSuchProduct(let id): "There is no product \"\(id.prefix(200))\"."
        case .noDocuments(let field): "The parameter \"\(field)\" is empty: send at least one document."
        case .tooManyTexts(let field, let count, let limit):
            "The parameter \"\(field)\" has \(count) documents: send at most \(limit) in one request."
        case .documentTooLarge(let field, let bytes, let limit):
            "\(field) has \(bytes) bytes: a document has at most \(limit)."
        case .documentCut(let index):
            "Document \(index) is longer than the model reads: shorten it, or send \"truncate\": true."
        case .queryCut: "The query is longer than the model reads: shorten it, or send \"truncate\": true."
        case .noModel: "There is no reranker: start the server with --model."
        case .modelUnavailable(let reason): "The reranker cannot be used: \(reason)"
        case .rerankerFailed(let reason): "The reranker failed: \(reason)"
        case .timeOver(let scored, let documents, let milliseconds):
            """
            After \(milliseconds) ms \(scored) of \(documents) documents were scored: send fewer or shorter ones, or \
            \"allow_partial\": true to have what is done.
            """
        }
    }
}
