import HTTPTypes
import Hummingbird

/// One thing the server can be asked: a method and a path, who may ask, what it says of itself, and who answers.
///
/// The router, the access check, `/openapi.json` and the tests all read the same list of these.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, ServerContext) async throws -> Response

    /// The method; HEAD goes with GET.
    var method: HTTPRequest.Method
    /// The path as OpenAPI writes it: `/documents/{id}`.
    var path: String
    /// Who may ask.
    var access: EndpointAccess
    /// What `/openapi.json` says of it.
    var operation: Operation
    /// Who answers.
    var respond: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        access: EndpointAccess,
        _ operation: Operation,
        respond: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.operation = operation
        self.respond = respond
    }
}

/// Who may ask an endpoint.
enum EndpointAccess: Sendable, Hashable {
    /// Everybody, also where keys are needed for the rest.
    case open
    /// Who has a key with this scope.
    case needs(AccessScope)
}
