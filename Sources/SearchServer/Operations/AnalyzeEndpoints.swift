import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Ranking
import Retriever

/// `/analyze`: what the analyzer makes of a text, and why.
struct AnalyzeEndpoints: Sendable {
    let parts: ServerParts

    var all: [Endpoint] {
        let operation = Operation(
            name: "analyze",
            summary: "What the analyzer makes of a text as a query to the index, and why",
            query: [
                .init(
                    name: "text",
                    schema: .text("The text.", most: parts.settings.limits.queryLength, example: "WH-1000XM4")
                )
            ],
            answer: .json(Self.schema)
        )
        return [
            Endpoint(.get, "/analyze", access: .needs(.admin), operation) { request, _ in
                var reader = try ParameterReader(query: request.uri.query)
                let text = try reader.text("text", limit: parts.settings.limits.queryLength)
                try reader.finish()
                guard let text else { throw ServerError.missingParameter(name: "text") }
                let index = parts.index
                return try JSONAnswer.response(
                    ["tokens": try await BlockingWork.run { _ in try index.analysis(of: text).tokens }]
                )
            }
        ]
    }

    private static let schema = Schema.object(
        "The tokens.",
        [
            "tokens": .list(
                "In the order of the text.",
                of: .object(
                    "A token.",
                    [
                        "token": .text("As it stands in the index."),
                        "text": .text("The part of the text it stands for."),
                        "start": .integer("Where that begins, in bytes."),
                        "end": .integer("Where that ends, in bytes."),
                        "position": .integer("Tokens with equal positions stand in the same place."),
                        "unit": .integer("The word it belongs to."),
                        "why": .list("Why it is there.", of: .text("A word.")),
                    ]
                )
            )
        ]
    )
}
