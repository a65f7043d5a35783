import Foundation

/// The parameters of a request, from its query string or its JSON body alike.
///
/// Every parameter is asked for by name; what was never asked for is unknown, and an error in the end.
struct ParameterReader {
    /// A value as it came.
    private enum Value {
        /// In a query string; a list has several.
        case texts([String])
        /// In a JSON body.
        case json(JSONValue)
    }

    private let values: [String: Value]
    private var known: [String] = []

    /// Parameters of a query string (`application/x-www-form-urlencoded`: `+` is a space).
    ///
    /// - Throws: `ServerError.badEncoding`.
    init(query: String?) throws(ServerError) {
        var values: [String: [String]] = [:]
        for pair in (query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try PercentEncoding.decoded(parts[0], plusIsSpace: true)
            let value = parts.count > 1 ? try PercentEncoding.decoded(parts[1], plusIsSpace: true) : ""
            values[name, default: []].append(value)
        }
        self.values = values.mapValues { .texts($0) }
    }

    /// Parameters of a JSON body; null is the same as nothing.
    ///
    /// - Throws: `ServerError.badJSON`, `.notAnObject`.
    init(json: Data) throws(ServerError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: json)
        } catch {
            throw .badJSON(reason: JSONProblem.words(error))
        }
        guard case .object(let object) = value else { throw .notAnObject(found: value.kind) }
        values = object.filter { $0.value != .null }.mapValues { .json($0) }
    }

    /// Parameters of a JSON object.
    init(object: [String: JSONValue]) {
        values = object.filter { $0.value != .null }.mapValues { .json($0) }
    }

    /// Whether a parameter was sent; asking does not make it known.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// A text of at most `limit` characters.
    mutating func text(_ name: String, or alias: String? = nil, limit: Int = .max) throws(ServerError) -> String? {
        guard let (name, value) = try value(name, alias) else { return nil }
        let text: String
        switch value {
        case .texts(let texts): text = try single(texts, name)
        case .json(.string(let string)): text = string
        case .json(let json): throw bad(name, json, "a string")
        }
        guard text.utf8.count <= limit || text.count <= limit else {
            throw .badParameter(name: name, value: "\(text.count) characters long", expected: "at most \(limit) long")
        }
        return text
    }

    /// A whole number.
    mutating func integer(
        _ name: String,
        or alias: String? = nil,
        in range: ClosedRange<Int>
    ) throws(ServerError) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let (name, value) = try value(name, alias) else { return nil }
        let number: Int?
        switch value {
        case .texts(let texts): number = Int(try single(texts, name))
        case .json(.number(let double)): number = Int(exactly: double)
        case .json: number = nil
        }
        guard let number, range.contains(number) else { throw bad(name, value, expected) }
        return number
    }

    /// A finite number.
    mutating func number(_ name: String) throws(ServerError) -> Double? {
        guard let (name, value) = try value(name, nil) else { return nil }
        let number: Double?
        switch value {
        case .texts(let texts): number = Double(try single(texts, name))
        case .json(.number(let double)): number = double
        case .json: number = nil
        }
        guard let number, number.isFinite else { throw bad(name, value, "a number") }
        return number
    }

    /// Yes or no: `true`, `false`, in a query string also `1`, `0` and nothing at all (`&explain`).
    mutating func flag(_ name: String) throws(ServerError) -> Bool? {
        guard let (name, value) = try value(name, nil) else { return nil }
        switch value {
        case .json(.bool(let flag)): return flag
        case .texts(let texts):
            switch try single(texts, name) {
            case "true", "1", "": return true
            case "false", "0": return false
            default: break
            }
        case .json: break
        }
        throw bad(name, value, "true or false")
    }

    /// One of some words.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String
    ) throws(ServerError) -> Choice? {
        guard let text = try text(name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badParameter(name: name, value: "\"\(text.prefix(60))\"", expected: "one of \(words)")
    }

    /// A list of texts: an array, a text with commas, or in a query string the parameter several times.
    ///
    /// Commas in double quotes do not divide.
    mutating func list(_ name: String, or alias: String? = nil, limit: Int) throws(ServerError) -> [String]? {
        guard let (name, value) = try value(name, alias) else { return nil }
        var texts: [String] = []
        switch value {
        case .texts(let values): texts = values.flatMap(Self.divided)
        case .json(.string(let string)): texts = Self.divided(string)
        case .json(.array(let elements)):
            for element in elements {
                guard case .string(let string) = element else { throw bad(name, element, "a list of strings") }
                texts.append(string)
            }
        case .json(let json): throw bad(name, json, "a list of strings")
        }
        guard texts.count <= limit else {
            throw .badParameter(name: name, value: "a list of \(texts.count)", expected: "at most \(limit) long")
        }
        return texts
    }

    /// An object, where the parameters are JSON.
    mutating func object(_ name: String) throws(ServerError) -> [String: JSONValue]? {
        guard let (name, value) = try value(name, nil) else { return nil }
        guard case .json(.object(let members)) = value else { throw bad(name, value, "an object") }
        return members
    }

    /// A list of objects, where the parameters are JSON.
    mutating func objects(_ name: String) throws(ServerError) -> [[String: JSONValue]]? {
        guard let (name, value) = try value(name, nil) else { return nil }
        guard case .json(.array(let elements)) = value else { throw bad(name, value, "a list of objects") }
        var objects: [[String: JSONValue]] = []
        for element in elements {
            guard case .object(let members) = element else { throw bad(name, element, "an object") }
            objects.append(members)
        }
        return objects
    }

    /// Lets parameters stand that are for somebody else.
    mutating func leave(_ names: [String]) {
        known += names
    }

    /// Ends the reading.
    ///
    /// - Throws: `ServerError.unknownParameters` when something was given that nobody asked for.
    func finish() throws(ServerError) {
        let unknown = Set(values.keys).subtracting(known).sorted()
        guard unknown.isEmpty else { throw .unknownParameters(names: unknown, known: known.sorted()) }
    }

    /// The value of a parameter, and the name it was given under.
    private mutating func value(_ name: String, _ alias: String?) throws(ServerError) -> (String, Value)? {
        known.append(name)
        if let alias { known.append(alias) }
        switch (values[name], alias.flatMap { values[$0] }) {
        case (.some, .some): throw .repeatedParameter(name: name)
        case (let value?, nil): return (name, value)
        case (nil, let value?): return (alias ?? name, value)
        case (nil, nil): return nil
        }
    }

    private func single(_ texts: [String], _ name: String) throws(ServerError) -> String {
        guard texts.count == 1, let text = texts.first else { throw .repeatedParameter(name: name) }
        return text
    }

    private func bad(_ name: String, _ value: Value, _ expected: String) -> ServerError {
        switch value {
        case .texts(let texts):
            .badParameter(name: name, value: "\"\(texts.joined(separator: ",").prefix(60))\"", expected: expected)
        case .json(let json): bad(name, json, expected)
        }
    }

    private func bad(_ name: String, _ json: JSONValue, _ expected: String) -> ServerError {
        let shown =
            switch json {
            case .string(let string): "\"\(string.prefix(60))\""
            case .number(let number): "\(number)"
            case .bool(let flag): "\(flag)"
            default: json.kind
            }
        return .badParameter(name: name, value: shown, expected: expected)
    }

    private static func divided(_ text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
        }
        return parts.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
