import HTTPTypes
import Hummingbird

/// How the body of an error is written.
enum RerankErrorStyle: Sendable, Hashable {
    /// `{"message", "detail", "error": {"code", "message", "field", "type", "param"}}`: this server's own shape, and
    /// what Cohere's, Jina's and OpenAI's clients look for, all in one, since they share paths.
    case common
    /// `{"error", "error_type"}` with TEI's statuses: 422 for wrong fields, 429 overloaded, 424 for a failed model.
    case tei

    /// The HTTP answer.
    func response(_ answer: ErrorAnswer) throws -> Response {
        var response =
            switch self {
            case .common: try JSONAnswer.response(CommonBody(answer), status: answer.status)
            case .tei: try Self.tei(answer)
            }
        response.headers.append(contentsOf: answer.headers)
        return response
    }

    private static func tei(_ answer: ErrorAnswer) throws -> Response {
        let status: HTTPResponse.Status
        let type: String
        switch answer.status.code {
        case 400 where answer.code == "no_documents": (status, type) = (.badRequest, "Empty")
        case 400: (status, type) = (.unprocessableContent, "Validation")
        case 503 where answer.code == "overloaded": (status, type) = (.tooManyRequests, "Overloaded")
        case 501, 503: (status, type) = (answer.status, "Unhealthy")
        case 500, 502: (status, type) = (.failedDependency, "Backend")
        case 504: (status, type) = (answer.status, "Backend")
        default: (status, type) = (answer.status, "Validation")
        }
        return try JSONAnswer.response(TEIBody(error: answer.message, errorType: type), status: status)
    }

    /// TEI's.
    private struct TEIBody: Encodable {
        let error: String
        let errorType: String
    }

    /// Everybody else's.
    private struct CommonBody: Encodable {
        struct Content: Encodable {
            let code: String
            let message: String
            let field: String?
            let type: String
            let param: String?
        }
        /// Cohere.
        let message: String
        /// Jina, and what is made with FastAPI.
        let detail: String
        /// vLLM, llama.cpp and OpenAI.
        let error: Content

        init(_ answer: ErrorAnswer) {
            message = answer.message
            detail = answer.message
            error = Content(
                code: answer.code,
                message: answer.message,
                field: answer.field,
                type: Self.type(answer.status.code),
                param: answer.field
            )
        }

        /// vLLM's names.
        private static func type(_ status: Int) -> String {
            switch status {
            case 401: "AuthenticationError"
            case 403: "PermissionDeniedError"
            case 404: "NotFoundError"
            case 400..<500: "BadRequestError"
            case 501: "NotImplementedError"
            case 503: "ServiceUnavailableError"
            case 504: "TimeoutError"
            default: "InternalServerError"
            }
        }
    }
}

extension HTTPResponse.Status {
    /// 424 (RFC 4918).
    static let failedDependency = HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency")
    /// 499, nginx's: the client did not wait for the answer.
    static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}
