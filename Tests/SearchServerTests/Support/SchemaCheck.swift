import Foundation

@testable import SearchServer

/// Checks values against the kinds of JSON Schema that the description uses.
enum SchemaCheck {
    /// What is wrong with a value; nothing: it fits.
    static func problems(of value: JSONValue, _ schema: JSONValue?, at place: String) -> [String] {
        guard let schema else { return ["\(place): there is no schema"] }
        if let kinds = schema["anyOf"]?.list {
            let problems = kinds.map { Self.problems(of: value, $0, at: place) }
            return problems.contains([]) ? [] : problems.flatMap { $0 }
        }
        let types = schema["type"]?.list ?? [schema["type"] ?? .null]
        guard types.contains(where: { fits(value, $0) }) else { return ["\(place): \(value) is not \(types)"] }
        var problems: [String] = []
        if let words = schema["enum"]?.list, !words.contains(value) {
            problems.append("\(place): \(value) is not one of \(words)")
        }
        if let items = schema["items"], let list = value.list {
            for (index, element) in list.enumerated() {
                problems += Self.problems(of: element, items, at: "\(place).\(index)")
            }
        }
        guard case .object(let object) = value else { return problems }
        for case .string(let name) in schema["required"]?.list ?? [] where object[name] == nil {
            problems.append("\(place): \(name) is missing")
        }
        for (name, member) in object {
            if let known = schema["properties"]?[name] {
                problems += Self.problems(of: member, known, at: "\(place).\(name)")
            } else if case .object? = schema["additionalProperties"] {
                problems += Self.problems(of: member, schema["additionalProperties"], at: "\(place).\(name)")
            } else if schema["additionalProperties"] != .bool(true) {
                problems.append("\(place): \(name) is not described")
            }
        }
        return problems
    }

    private static func fits(_ value: JSONValue, _ type: JSONValue) -> Bool {
        switch (value, type) {
        case (.string, .string("string")), (.bool, .string("boolean")), (.number, .string("number")),
            (.array, .string("array")), (.object, .string("object")), (.null, .string("null")):
            true
        case (.number(let number), .string("integer")): Int(exactly: number) != nil
        default: false
        }
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { return members[name] }
        return nil
    }

    var list: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    init(_ text: some StringProtocol) throws {
        try self.init(parsing: Data(text.utf8))
    }
}
