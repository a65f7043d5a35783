import HTTPTypes
import Hummingbird

/// Answers errors, whoever threw them, in the one shape.
struct ErrorMiddleware: RouterMiddleware {
    /// All endpoints, to tell a wrong path from a wrong method.
    let endpoints: [Endpoint]

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return try ErrorAnswer(missing(request)).response()
        } catch {
            let answer = ErrorAnswer(error)
            if answer.status.kind == .serverError { context.trace.note(failure: "\(error)") }
            return try answer.response()
        }
    }

    /// What is wrong with a request that no endpoint takes.
    private func missing(_ request: Request) -> ServerError {
        let path = request.uri.path
        let parts = path.split(separator: "/")
        let allowed = endpoints.filter { endpoint in
            let own = endpoint.path.split(separator: "/")
            return own.count == parts.count && zip(own, parts).allSatisfy { $0 == $1 || $0.first == "{" }
        }.map(\.method.rawValue)
        guard !allowed.isEmpty else { return .noSuchPath(path) }
        return .wrongMethod(method: request.method.rawValue, path: path, allowed: allowed)
    }
}
