import HTTPTypes
import Hummingbird

/// Lets pages of other sites ask (CORS, Fetch Standard section 3.3): only those the settings name.
struct CrossOrigin: RouterMiddleware {
    /// Origins as browsers send them (`https://shop.example`); `*` stands for all.
    let origins: Set<String>

    private static let requestHeaders = "Authorization, Content-Type, X-API-Key, X-Request-Id"
    private static let answerHeaders = "Retry-After, Server-Timing, X-Request-Id"
    private static let lifetime = "7200"

    func handle(
        _ request: Request,
        context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        guard !origins.isEmpty else { return try await next(request, context) }
        let origin = request.headers[.origin].flatMap(allowed)
        let isQuestion = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        guard let origin, isQuestion else {
            var response = try await next(request, context)
            if let origin {
                response.headers[.accessControlAllowOrigin] = origin
                response.headers[.accessControlExposeHeaders] = Self.answerHeaders
            }
            // Caches must not give one site's answer to another.
            if !origins.contains("*") { response.headers[.vary] = "Origin" }
            return response
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: origin,
                .accessControlAllowMethods: "GET, HEAD, POST",
                .accessControlAllowHeaders: Self.requestHeaders,
                .accessControlMaxAge: Self.lifetime,
                .vary: "Origin",
            ]
        )
    }

    private func allowed(_ origin: String) -> String? {
        if origins.contains("*") { return "*" }
        return origins.contains(origin) ? origin : nil
    }
}
