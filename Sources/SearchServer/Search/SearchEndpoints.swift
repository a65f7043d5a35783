import Foundation
import HTTPTypes
import Hummingbird
import Ranking

/// `/search`.
struct SearchEndpoints: Sendable {
    let parts: ServerParts

    /// GET with a query string, POST with a JSON object of the same parameters.
    var all: [Endpoint] {
        [
            Endpoint(.get, "/search", access: .needs(.search), Operation("search", "Search the index")) {
                request,
                context in
                try await answer(ParameterReader(query: request.uri.query), context)
            },
            Endpoint(
                .post,
                "/search",
                access: .needs(.search),
                Operation("searchByBody", "Search the index, with the parameters in a JSON object")
            ) { request, context in
                try await answer(ParameterReader(json: request.json(limit: parts.settings.limits.bodyBytes)), context)
            },
        ]
    }

    private func answer(_ reader: ParameterReader, _ context: ServerContext) async throws -> Response {
        let request = try SearchParameters(limits: parts.settings.limits, stage: parts.stage).request(reader)
        let answer = try await parts.search.answer(request, client: context.client, trace: context.trace)
        return JSONAnswer.response(answer.json)
    }
}
