import Foundation
import HTTPTypes
import Hummingbird
import Ranking

/// `/search`.
struct SearchEndpoints: Sendable {
    let parts: ServerParts

    /// GET with a query string, POST with a JSON object of the same parameters.
    var all: [Endpoint] {
        let parameters = SearchSchemas.parameters(parts.settings.limits)
        let byQuery = Operation(
            name: "search",
            summary: "Search the index",
            query: parameters,
            answer: .json(SearchSchemas.answer)
        )
        let byBody = Operation(
            name: "searchByBody",
            summary: "Search the index, with the parameters in a JSON object",
            body: [.json(.parameters("A search.", parameters))],
            answer: .json(SearchSchemas.answer)
        )
        return [
            Endpoint(.get, "/search", access: .needs(.search), byQuery) { request, context in
                try await answer(ParameterReader(query: request.uri.query), context)
            },
            Endpoint(.post, "/search", access: .needs(.search), byBody) { request, context in
                try await answer(ParameterReader(json: request.json(limit: parts.settings.limits.bodyBytes)), context)
            },
        ]
    }

    private func answer(_ reader: ParameterReader, _ context: ServerContext) async throws -> Response {
        let settings = parts.settings
        let parameters = SearchParameters(
            limits: settings.limits,
            shop: settings.shop,
            stage: parts.stage,
            experiment: settings.experiment
        )
        let search = try parameters.search(reader)
        let answer = try await parts.search.answer(search, for: context)
        settings.events?.record(answer, to: search, log: parts.log)
        return JSONAnswer.response(answer.json)
    }
}
