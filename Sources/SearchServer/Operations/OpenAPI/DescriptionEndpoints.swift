import Foundation
import HTTPTypes
import Hummingbird

/// `/openapi.json`.
struct DescriptionEndpoints: Sendable {
    let parts: ServerParts

    /// The endpoint, which describes itself and all `others`.
    func all(describing others: [Endpoint]) -> [Endpoint] {
        let operation = Operation(
            name: "description",
            summary: "This description",
            answer: .json(.openObject("An OpenAPI document.", ["openapi": .text("The version of OpenAPI.")]))
        )
        var own = Endpoint(.get, "/openapi.json", access: .open, operation) { _, _ in
            throw ServerError.noSuchPath("/openapi.json")
        }
        let document = OpenAPIDocument(endpoints: others + [own], hasKeys: !parts.settings.access.keys.isEmpty)
        own.respond = { _, _ in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return JSONAnswer.response(try encoder.encode(document.json))
        }
        return [own]
    }
}
