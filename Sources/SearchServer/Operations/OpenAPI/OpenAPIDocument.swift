import HTTPTypes

/// The description of the interface (OpenAPI 3.1), made from the endpoints themselves.
struct OpenAPIDocument: Sendable {
    let endpoints: [Endpoint]
    /// Whether keys are needed at all.
    let hasKeys: Bool

    /// The document.
    var json: JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for endpoint in endpoints {
            paths[endpoint.path, default: [:]][endpoint.method.rawValue.lowercased()] = .object(operation(endpoint))
        }
        return .object([
            "openapi": .string("3.1.0"),
            "info": .object([
                "title": .string("Aisle"),
                "summary": .string("Two-stage product search"),
                "version": .string("0.1.0"),
                "license": .object(["name": .string("See the file LICENSE")]),
            ]),
            "servers": .array([.object(["url": .string("/")])]),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": .object([
                "schemas": .object(["Error": .object(ErrorAnswer.schema.json)]),
                "securitySchemes": .object([
                    "bearer": .object(["type": .string("http"), "scheme": .string("bearer")]),
                    "header": .object([
                        "type": .string("apiKey"), "in": .string("header"), "name": .string("X-API-Key"),
                    ]),
                ]),
            ]),
        ])
    }

    private func operation(_ endpoint: Endpoint) -> [String: JSONValue] {
        let operation = endpoint.operation
        var json: [String: JSONValue] = [
            "operationId": .string(operation.name),
            "summary": .string(operation.summary),
        ]
        let parameters =
            operation.path.map { parameter($0, in: "path") } + operation.query.map { parameter($0, in: "query") }
        if !parameters.isEmpty { json["parameters"] = .array(parameters) }
        if !operation.body.isEmpty {
            json["requestBody"] = .object(["required": .bool(true), "content": content(operation.body)])
        }
        var answers: [String: JSONValue] = [:]
        for status in [200] + operation.alike {
            answers["\(status)"] = .object([
                "description": .string(status == 200 ? "The answer." : "The answer, with another status."),
                "content": content([operation.answer]),
            ])
        }
        var errors = [400, 405, 500, 503] + operation.errors
        if case .needs(let scope) = endpoint.access {
            errors += [401, 403]
            json["x-scope"] = .string(scope.rawValue)
            if hasKeys { json["security"] = .array(["bearer", "header"].map { .object([$0: .array([])]) }) }
        }
        if !operation.body.isEmpty { errors += [413, 415] }
        for status in errors where answers["\(status)"] == nil {
            answers["\(status)"] = .object([
                "description": .string("An error."),
                "content": .object([
                    "application/json": .object([
                        "schema": .object(
                            operation.error?.json ?? ["$ref": .string("#/components/schemas/Error")]
                        )
                    ])
                ]),
            ])
        }
        json["responses"] = .object(answers)
        return json
    }

    private func parameter(_ parameter: Operation.Parameter, in place: String) -> JSONValue {
        var schema = parameter.schema.json
        let description = schema.removeValue(forKey: "description")
        var json: [String: JSONValue] = [
            "name": .string(parameter.name), "in": .string(place), "schema": .object(schema),
            "required": .bool(place == "path" || !parameter.schema.isOptional),
        ]
        if let description { json["description"] = description }
        return .object(json)
    }

    private func content(_ contents: [Operation.Content]) -> JSONValue {
        .object(
            Dictionary(
                contents.map { ($0.type, .object(["schema": .object($0.schema.json)])) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }
}

extension ErrorAnswer {
    /// The shape of all errors.
    static let schema = Schema.object(
        "An error.",
        [
            "error": .object(
                "What was wrong.",
                [
                    "code": .text("For programs: stable, in snake case."),
                    "message": .text("For people: what was wrong and what to do."),
                    "field": .text("The parameter or header that was wrong.").optional,
                ]
            )
        ]
    )
}
