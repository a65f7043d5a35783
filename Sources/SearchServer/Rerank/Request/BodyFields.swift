import Foundation

/// Any name of a JSON object's field.
struct JSONKey: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The fields of a JSON body, read by name; null is the same as nothing.
///
/// Fields nobody reads are ignored and not even decoded: clients of other servers send what only those know, and a
/// body must not cost more than what is wanted of it.
struct BodyFields {
    private let container: KeyedDecodingContainer<JSONKey>
    /// Where the fields are, for messages: `documents[3].`, or nothing.
    private let place: String

    /// - Throws: `ServerError.notAnObject`.
    init(_ decoder: any Decoder) throws {
        guard let container = try? decoder.container(keyedBy: JSONKey.self) else {
            throw ServerError.notAnObject(found: try JSONKind(from: decoder).words)
        }
        self.init(container)
    }

    init(_ container: KeyedDecodingContainer<JSONKey>, place: String = "") {
        self.container = container
        self.place = place
    }

    /// All names, null or not.
    var names: [String] { container.allKeys.map(\.stringValue) }

    /// Whether a field is there and not null.
    func has(_ name: String) -> Bool {
        let key = JSONKey(name)
        return container.contains(key) && (try? container.decodeNil(forKey: key)) == false
    }

    /// The one of some names for the same thing that is there; nil: none.
    ///
    /// - Throws: `ServerError.repeatedParameter` for two of them.
    func name(_ names: [String]) throws -> String? {
        let present = names.filter(has)
        guard present.count < 2 else {
            throw ServerError.repeatedParameter(name: present.map { place + $0 }.joined(separator: "\" and \""))
        }
        return present.first
    }

    /// A text of at most `limit` characters.
    func text(_ names: String..., limit: Int) throws -> String? {
        guard let name = try name(names) else { return nil }
        let text: String = try value(name, expected: "a string")
        guard text.utf8.count <= limit || text.count <= limit else {
            throw ServerError.badParameter(
                name: place + name,
                value: "\(text.count) characters long",
                expected: "at most \(limit) long"
            )
        }
        return text
    }

    /// A whole number.
    func integer(_ names: String..., in range: ClosedRange<Int>) throws -> Int? {
        guard let name = try name(names) else { return nil }
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let number: Double = try value(name, expected: expected)
        guard let integer = Int(exactly: number), range.contains(integer) else {
            throw bad(name, expected)
        }
        return integer
    }

    /// True or false.
    func flag(_ names: String...) throws -> Bool? {
        guard let name = try name(names) else { return nil }
        return try value(name, expected: "true or false")
    }

    /// An array of at most `limit` texts.
    func words(_ name: String, limit: Int) throws -> [String]? {
        guard has(name) else { return nil }
        let words: [String] = try value(name, expected: "an array of strings")
        guard words.count <= limit else {
            throw ServerError.badParameter(
                name: place + name,
                value: "an array of \(words.count)",
                expected: "at most \(limit) long"
            )
        }
        return words
    }

    /// The fields of an object in a field; nil where there is no object.
    func object(_ name: String) -> BodyFields? {
        (try? container.nestedContainer(keyedBy: JSONKey.self, forKey: JSONKey(name))).map {
            BodyFields($0, place: "\(place)\(name).")
        }
    }

    /// A value that may be of another kind.
    func optional<Value: Decodable>(_ name: String) -> Value? {
        try? container.decode(Value.self, forKey: JSONKey(name))
    }

    /// An array; nil where there is something else.
    func array(_ name: String) -> (any UnkeyedDecodingContainer)? {
        try? container.nestedUnkeyedContainer(forKey: JSONKey(name))
    }

    /// A value that is read with settings.
    func value<Value: DecodableWithConfiguration>(
        _ name: String,
        _ configuration: Value.DecodingConfiguration
    ) throws -> Value {
        try container.decode(Value.self, forKey: JSONKey(name), configuration: configuration)
    }

    /// What is wrong with a field.
    func bad(_ name: String, _ expected: String) -> ServerError {
        let kind = try? container.decode(JSONKind.self, forKey: JSONKey(name))
        return .badParameter(name: place + name, value: kind?.words ?? "missing", expected: expected)
    }

    private func value<Value: Decodable>(_ name: String, expected: String) throws -> Value {
        do {
            return try container.decode(Value.self, forKey: JSONKey(name))
        } catch {
            throw bad(name, expected)
        }
    }
}

/// What stands somewhere, in words for messages; of arrays and objects only that they are.
struct JSONKind: Decodable {
    let words: String

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            words = "null"
        } else if let text = try? value.decode(String.self) {
            words = "\"\(text.prefix(60))\""
        } else if let flag = try? value.decode(Bool.self) {
            words = "\(flag)"
        } else if let number = try? value.decode(Double.self) {
            words = Int(exactly: number).map { "\($0)" } ?? "\(number)"
        } else if (try? decoder.unkeyedContainer()) != nil {
            words = "an array"
        } else {
            words = "an object"
        }
    }
}
