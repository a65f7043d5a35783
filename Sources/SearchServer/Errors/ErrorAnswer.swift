import Catalog
import Clicks
import Foundation
import HTTPTypes
import Hummingbird
import Indexer
import Ranking
import Retriever

/// An error as it is answered: the one place that decides HTTP statuses.
struct ErrorAnswer: Sendable {
    var status: HTTPResponse.Status
    /// For programs: stable, in snake case.
    var code: String
    /// For people: what was wrong and what to do.
    var message: String
    /// The parameter or header that was wrong.
    var field: String?
    /// Headers that go with the status.
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ code: String, _ message: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
    }

    /// The answer to any error.
    init(_ error: any Error) {
        switch error {
        case let error as ServerError: self.init(server: error)
        case let error as RequestError:
            switch error {
            case .badSort: self.init(.badRequest, "bad_sort", "\(error)", field: "sort")
            case .badFacet: self.init(.badRequest, "bad_facet", "\(error)", field: "facets")
            }
        case let error as RankingError: self.init(.badRequest, "bad_fusion", "\(error)", field: "fusion")
        case let error as ColumnWeightsError: self.init(.badRequest, "bad_weights", "\(error)", field: "weights")
        case let error as RetrieverError: self.init(retriever: error)
        case let error as IndexerError: self.init(indexer: error)
        case let error as DumpError: self.init(.badRequest, "bad_documents", "\(error)")
        case let error as ClicksError: self.init(clicks: error)
        case let error as CatalogError: self.init(.serviceUnavailable, "index_unavailable", "\(error)")
        case let error as HTTPError: self.init(http: error)
        case is CancellationError: self.init(.clientClosedRequest, "client_closed_request", "The client has left.")
        default:
            self =
                ErrorAnswer(reranker: error)
                ?? ErrorAnswer(.internalServerError, "internal", "The server failed to answer; its log says more.")
        }
    }

    init(server error: ServerError) {
        switch error {
        case .noSuchPath: self.init(.notFound, "no_such_path", "\(error)")
        case .wrongMethod(_, _, let allowed):
            self.init(.methodNotAllowed, "wrong_method", "\(error)")
            headers[.allow] = allowed.joined(separator: ", ")
        case .unknownParameters(let names, _):
            self.init(.badRequest, "unknown_parameter", "\(error)", field: names.first)
        case .repeatedParameter(let name): self.init(.badRequest, "repeated_parameter", "\(error)", field: name)
        case .missingParameter(let name): self.init(.badRequest, "missing_parameter", "\(error)", field: name)
        case .badParameter(let name, _, _): self.init(.badRequest, "bad_parameter", "\(error)", field: name)
        case .badFilter(let name, _): self.init(.badRequest, "bad_filter", "\(error)", field: name)
        case .badEncoding: self.init(.badRequest, "bad_encoding", "\(error)")
        case .badJSON: self.init(.badRequest, "bad_json", "\(error)")
        case .notAnObject: self.init(.badRequest, "bad_json", "\(error)")
        case .wrongContentType:
            self.init(.unsupportedMediaType, "wrong_content_type", "\(error)", field: "Content-Type")
        case .noIdentifier(let names): self.init(.badRequest, "no_identifier", "\(error)", field: names.first)
        case .tooManyDocuments: self.init(.contentTooLarge, "too_many_documents", "\(error)")
        case .bodyTooLarge: self.init(.contentTooLarge, "body_too_large", "\(error)")
        case .missingKey:
            self.init(.unauthorized, "missing_key", "\(error)", field: "Authorization")
            headers[.wwwAuthenticate] = "Bearer realm=\"aisle\""
        case .unknownKey:
            self.init(.unauthorized, "unknown_key", "\(error)", field: "Authorization")
            headers[.wwwAuthenticate] = "Bearer realm=\"aisle\", error=\"invalid_token\""
        case .wrongScope: self.init(.forbidden, "wrong_scope", "\(error)", field: "Authorization")
        case .overloaded, .stopping:
            self.init(.serviceUnavailable, error == .overloaded ? "overloaded" : "stopping", "\(error)")
            headers[.retryAfter] = Self.retryAfter
        case .noSuchReport: self.init(.notFound, "no_such_report", "\(error)")
        case .reportsUnreadable:
            self.init(
                .internalServerError,
                "reports_unreadable",
                "The folder of reports cannot be read; the log says more."
            )
        case .noEvents: self.init(.notImplemented, "no_events", "\(error)")
        case .badEvents(_, let field, _): self.init(.badRequest, "bad_events", "\(error)", field: field)
        case .noSuchProduct: self.init(.notFound, "no_such_product", "\(error)", field: "id")
        case .noDocuments(let field): self.init(.badRequest, "no_documents", "\(error)", field: field)
        case .tooManyTexts(let field, _, _):
            self.init(.contentTooLarge, "too_many_documents", "\(error)", field: field)
        case .documentTooLarge(let field, _, _):
            self.init(.contentTooLarge, "document_too_large", "\(error)", field: field)
        case .documentCut: self.init(.contentTooLarge, "document_cut", "\(error)", field: "truncate")
        case .queryCut: self.init(.contentTooLarge, "query_cut", "\(error)", field: "truncate")
        case .noModel: self.init(.notImplemented, "no_model", "\(error)")
        case .modelUnavailable: self.init(.serviceUnavailable, "model_unavailable", "\(error)")
        case .rerankerFailed: self.init(.badGateway, "reranker_failed", "\(error)")
        case .timeOver: self.init(.gatewayTimeout, "time_over", "\(error)")
        }
    }

    /// Seconds after which another attempt makes sense.
    private static let retryAfter = "1"

    private init(retriever error: RetrieverError) {
        switch error {
        case .unknownField(let name, _): self.init(.badRequest, "unknown_field", "\(error)", field: name)
        case .wrongComparison(let field, _): self.init(.badRequest, "wrong_comparison", "\(error)", field: field)
        case .notCounted(let field, _), .notSorted(let field):
            self.init(.badRequest, "wrong_field", "\(error)", field: field)
        case .cancelled, .replaced:
            self.init(.serviceUnavailable, "try_again", "\(error)")
            headers[.retryAfter] = Self.retryAfter
        case .damagedPostings: self.init(.internalServerError, "index_damaged", "\(error)")
        }
    }

    private init(indexer error: IndexerError) {
        switch error {
        case .locked:
            self.init(.conflict, "index_locked", "\(error)")
            headers[.retryAfter] = Self.retryAfter
        case .system(ENOSPC, _): self.init(.insufficientStorage, "disk_full", "\(error)")
        case .badRow, .noProducts: self.init(.badRequest, "bad_documents", "\(error)")
        case .system, .outOfMemory, .damagedRecord, .tooManyProducts, .notAnIndex, .rejectsTaken, .sameFile:
            self.init(.internalServerError, "index_failed", "\(error)")
        }
    }

    private init(clicks error: ClicksError) {
        switch error {
        case .badDocument: self.init(.badRequest, "bad_events", "\(error)")
        case .documentTooLarge, .tooManyRecords: self.init(.contentTooLarge, "body_too_large", "\(error)")
        case .overloaded:
            self.init(.serviceUnavailable, "overloaded", "\(error)")
            headers[.retryAfter] = Self.retryAfter
        case .diskFull: self.init(.insufficientStorage, "disk_full", "\(error)")
        case .unreadable, .noStore, .otherDatabase, .newerStore, .store:
            self.init(.internalServerError, "events_failed", "\(error)")
        }
    }

    private init(http error: HTTPError) {
        switch error.status {
        case .contentTooLarge: self.init(.contentTooLarge, "body_too_large", "The body is too large.")
        default: self.init(error.status, "bad_request", error.body ?? error.status.reasonPhrase)
        }
        headers = error.headers
    }

    /// The answer's JSON: the one shape all errors have.
    struct Body: Encodable {
        struct Content: Encodable {
            let code: String
            let message: String
            let field: String?
        }
        let error: Content
    }

    /// The answer's JSON.
    var body: Body { Body(error: .init(code: code, message: message, field: field)) }

    /// The HTTP answer.
    func response() throws -> Response {
        var response = try JSONAnswer.response(body, status: status)
        response.headers.append(contentsOf: headers)
        return response
    }
}

extension HTTPResponse.Status {
    /// 507 (RFC 4918).
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
