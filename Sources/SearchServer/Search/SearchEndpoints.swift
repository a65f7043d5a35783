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
        let ranked = try await parts.pipeline.page(request)
        context.trace.add(ranked.firstStageMilliseconds, to: .firstStage)
        if ranked.rerank.milliseconds > 0 { context.trace.add(ranked.rerank.milliseconds, to: .rerank) }
        let start = ContinuousClock.now
        let response = try JSONAnswer.response(SearchAnswer(ranked, request: request.search))
        context.trace.add((ContinuousClock.now - start).milliseconds, to: .encode)
        return response
    }
}
