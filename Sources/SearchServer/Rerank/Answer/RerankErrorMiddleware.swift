import Hummingbird

/// Answers errors at the rerank endpoints in the words of the servers whose clients ask there.
struct RerankErrorMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            guard context.endpointPath.flatMap(RerankPath.init(rawValue:)) != nil else { throw error }
            let refusal = error as? RerankRefusal ?? RerankRefusal(error, style: .common)
            let answer = ErrorAnswer(refusal.error)
            if answer.status.kind == .serverError { context.trace.note(failure: "\(refusal.error)") }
            return try refusal.style.response(answer)
        }
    }
}
