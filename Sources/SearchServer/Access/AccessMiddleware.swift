import Foundation
import HTTPTypes
import Hummingbird

/// Finds out who sends a request, and refuses keys that nobody has.
struct AccessMiddleware: RouterMiddleware {
    let policy: AccessPolicy
    let trustsForwardedFor: Bool

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if trustsForwardedFor, let name = HTTPField.Name("X-Forwarded-For"), let chain = request.headers[name],
            let last = chain.split(separator: ",").last
        {
            context.address = last.trimmingCharacters(in: .whitespaces)
        }
        context.holder = try policy.holder(request.headers)
        if let holder = context.holder { context.trace.note(caller: holder.name) }
        return try await next(request, context)
    }
}
