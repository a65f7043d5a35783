/// A JSON Schema (2020-12, as OpenAPI 3.1 has it), of the few kinds that this interface needs.
struct Schema: Sendable {
    /// As it is written.
    private(set) var json: [String: JSONValue]
    /// Whether the member may be left out.
    private(set) var isOptional = false

    private init(_ type: String, _ description: String, _ more: [String: JSONValue] = [:]) {
        json = more.merging(["type": .string(type), "description": .string(description)]) { own, _ in own }
    }

    /// The same for a member that may be left out.
    var optional: Schema {
        var copy = self
        copy.isOptional = true
        return copy
    }

    static func text(_ description: String, most: Int? = nil, example: String? = nil) -> Schema {
        var more: [String: JSONValue] = [:]
        if let most { more["maxLength"] = .number(Double(most)) }
        if let example { more["examples"] = .array([.string(example)]) }
        return Schema("string", description, more)
    }

    static func choice(_ description: String, _ words: [String]) -> Schema {
        Schema("string", description, ["enum": .array(words.map { .string($0) })])
    }

    static func integer(_ description: String, _ range: ClosedRange<Int>? = nil, standard: Int? = nil) -> Schema {
        var more: [String: JSONValue] = [:]
        if let range {
            more["minimum"] = .number(Double(range.lowerBound))
            more["maximum"] = .number(Double(range.upperBound))
        }
        if let standard { more["default"] = .number(Double(standard)) }
        return Schema("integer", description, more)
    }

    static func number(_ description: String) -> Schema { Schema("number", description) }

    static func flag(_ description: String) -> Schema { Schema("boolean", description) }

    static func list(_ description: String, of element: Schema, most: Int? = nil) -> Schema {
        var more = ["items": JSONValue.object(element.json)]
        if let most { more["maxItems"] = .number(Double(most)) }
        return Schema("array", description, more)
    }

    /// One of several kinds.
    static func any(_ description: String, of kinds: [Schema]) -> Schema {
        var schema = Schema("object", description)
        schema.json["type"] = nil
        schema.json["anyOf"] = .array(kinds.map { .object($0.json) })
        return schema
    }

    /// An object with any names.
    static func map(_ description: String, to value: Schema) -> Schema {
        Schema("object", description, ["additionalProperties": .object(value.json)])
    }

    /// An object with these members and no others.
    static func object(_ description: String, _ members: KeyValuePairs<String, Schema>) -> Schema {
        let required = members.filter { !$0.value.isOptional }.map { JSONValue.string($0.key) }
        var more: [String: JSONValue] = [
            "properties": .object(
                Dictionary(members.map { ($0.key, .object($0.value.json)) }, uniquingKeysWith: { first, _ in first })
            ),
            "additionalProperties": .bool(false),
        ]
        if !required.isEmpty { more["required"] = .array(required) }
        return Schema("object", description, more)
    }

    /// An object with these members, others beside them.
    static func openObject(_ description: String, _ members: KeyValuePairs<String, Schema>) -> Schema {
        var schema = object(description, members)
        schema.json["additionalProperties"] = .bool(true)
        return schema
    }

    /// An object of parameters; null is the same as nothing.
    static func parameters(_ description: String, _ parameters: [Operation.Parameter]) -> Schema {
        var schema = object(description, [:])
        let members = parameters.map { parameter in
            var json = parameter.schema.json
            if parameter.schema.isOptional, let type = json["type"] {
                json["type"] = .array([type, .string("null")])
                if case .array(let words)? = json["enum"] { json["enum"] = .array(words + [.null]) }
            }
            return (parameter.name, JSONValue.object(json))
        }
        schema.json["properties"] = .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
        let required = parameters.filter { !$0.schema.isOptional }.map { JSONValue.string($0.name) }
        if !required.isEmpty { schema.json["required"] = .array(required) }
        return schema
    }
}
