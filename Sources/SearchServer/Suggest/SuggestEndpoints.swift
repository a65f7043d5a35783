import Foundation
import HTTPTypes
import Hummingbird
import Ranking
import Retriever

/// `/suggest`: what a search box offers while somebody types.
struct SuggestEndpoints: Sendable {
    let parts: ServerParts

    /// Suggestions of a kind at most.
    private static let most = 50

    var all: [Endpoint] {
        let operation = Operation(
            name: "suggest",
            summary: "Complete what was typed so far",
            query: [
                .init(
                    name: "q",
                    schema: .text("What was typed so far.", most: SuggestRequest.longest, example: "wire")
                ),
                .init(
                    name: "limit",
                    schema: .integer("Queries to suggest at most.", 0...Self.most, standard: 8).optional
                ),
            ],
            answer: .json(Self.schema)
        )
        return [
            Endpoint(.get, "/suggest", access: .needs(.search), operation) { request, context in
                var reader = try ParameterReader(query: request.uri.query)
                let typed = try reader.text("q", or: "query", limit: SuggestRequest.longest)
                let limit = try reader.integer("limit", in: 0...Self.most)
                try reader.finish()
                guard let typed else { throw ServerError.missingParameter(name: "q") }
                var suggest = SuggestRequest(typed)
                if let limit { suggest.limit = limit }
                return try await answer(suggest, context)
            }
        ]
    }

    private func answer(_ request: SuggestRequest, _ context: ServerContext) async throws -> Response {
        let start = ContinuousClock.now
        let index = parts.index
        let deadline = start + parts.settings.limits.time
        let (client, trace, searches) = (context.client, context.trace, parts.search.searches)
        let found = try await ClientPresence.during(context.channel) {
            try await searches.run(client: client, deadline: deadline) { waited in
                trace.add(waited.milliseconds, to: .queue)
                return try await BlockingWork.run { try index.suggestions(request, isCancelled: $0) }
            }
        }
        let time = (ContinuousClock.now - start).milliseconds
        context.trace.add(time, to: .firstStage)
        return try JSONAnswer.response(
            Answer(query: request.typed, suggestions: found.map(SuggestionAnswer.init), milliseconds: time)
        )
    }

    private struct Answer: Encodable {
        let query: String
        let suggestions: [SuggestionAnswer]
        let milliseconds: Double
    }

    private struct SuggestionAnswer: Encodable {
        let kind: String
        let text: String
        let html: String
        let products: Int?

        init(_ suggestion: Suggestion) {
            kind = suggestion.kind.rawValue
            text = suggestion.text
            html = Highlighter.html(suggestion.fragments)
            products = suggestion.products
        }
    }

    private static let schema = Schema.object(
        "Suggestions.",
        [
            "query": .text("What was typed."),
            "milliseconds": .number("Time it took."),
            "suggestions": .list(
                "Queries first, then brands, then categories.",
                of: .object(
                    "One.",
                    [
                        "kind": .choice("What choosing it means.", Suggestion.Kind.allCases.map(\.rawValue)),
                        "text": .text("The whole text."),
                        "html": .text("The same as HTML, what was typed in a mark element."),
                        "products": .integer("Products with this brand or in this category.").optional,
                    ]
                )
            ),
        ]
    )
}
