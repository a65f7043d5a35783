import Foundation

/// A document, or a query, of a request: text, or an object that has some.
struct RerankDocument: Sendable {
    /// What is scored.
    var text: String
    /// The object it came as, but for arrays and objects inside; nil: it came as text.
    var fields: [String: JSONValue]?
}

extension RerankDocument: DecodableWithConfiguration {
    /// How documents are read.
    struct Reading {
        /// The field they are in, for messages.
        var name: String
        /// Fields of objects whose texts are joined; nil: `text` or `content`.
        var rankFields: [String]?
        /// Whether the other fields of objects are wanted, too.
        var keepsFields = false
        var limits: RerankLimits
    }

    /// - Throws: `ServerError`, which names the field: `documents[3].text`.
    init(from decoder: any Decoder, configuration reading: Reading) throws {
        // An element of an array has its number in its path.
        let index = decoder.codingPath.last?.intValue
        let name = index.map { "\(reading.name)[\($0)]" } ?? reading.name
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.text = text
        } else if let container = try? decoder.container(keyedBy: JSONKey.self) {
            let object = BodyFields(container, place: "\(name).")
            text = try Self.text(object, name, reading)
            if reading.keepsFields { fields = Self.fields(object, reading) }
        } else {
            let kind = try JSONKind(from: decoder).words
            throw ServerError.badParameter(name: name, value: kind, expected: "a string, or an object with \"text\"")
        }
        guard text.utf8.count <= reading.limits.documentBytes else {
            throw ServerError.documentTooLarge(
                field: name,
                bytes: text.utf8.count,
                limit: reading.limits.documentBytes
            )
        }
    }

    /// The text of an object.
    private static func text(_ object: BodyFields, _ name: String, _ reading: Reading) throws -> String {
        if let fields = reading.rankFields {
            let texts = fields.compactMap { (object.optional($0) as FieldText?)?.text }
            guard !texts.isEmpty else {
                throw ServerError.badParameter(
                    name: name,
                    value: "an object without any of \(fields.joined(separator: ", "))",
                    expected: "an object with a field of rank_fields"
                )
            }
            return texts.joined(separator: "\n")
        }
        for field in ["text", "content"] where object.has(field) {
            guard let content = object.optional(field) as ContentText? else {
                throw object.bad(field, "a string, or an array of parts that are text")
            }
            return content.text
        }
        throw ServerError.badParameter(
            name: name,
            value: "an object without text",
            expected: "a string, an object with \"text\" or \"content\", or one with fields that rank_fields names"
        )
    }

    private static func fields(_ object: BodyFields, _ reading: Reading) -> [String: JSONValue] {
        Dictionary(
            object.names.prefix(reading.limits.documentFields).compactMap { name in
                (object.optional(name) as Scalar?).map { (name, $0.value) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

/// A text, a number, a boolean or null.
private struct Scalar: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            value = .string(text)
        } else if let flag = try? container.decode(Bool.self) {
            value = .bool(flag)
        } else if container.decodeNil() {
            value = .null
        } else {
            value = .number(try container.decode(Double.self))
        }
    }
}

/// What a field says, as text; arrays of such with commas between.
private struct FieldText: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let texts: [String]
        if var list = try? decoder.unkeyedContainer() {
            var found: [String] = []
            while !list.isAtEnd { if let text = Self.text(try list.decode(Scalar.self).value) { found.append(text) } }
            texts = found
        } else {
            texts = [Self.text(try Scalar(from: decoder).value)].compactMap { $0 }
        }
        text = texts.joined(separator: ", ")
        if text.isEmpty {
            throw DecodingError.valueNotFound(
                String.self,
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "It has no text.")
            )
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.isEmpty ? nil : text
        case .number(let number): Int(exactly: number).map { "\($0)" } ?? "\(number)"
        case .bool(let flag): "\(flag)"
        case .null, .array, .object: nil
        }
    }
}

/// A text, or the parts of a message (`[{"type": "text", "text": "..."}]`) that are all text.
private struct ContentText: Decodable {
    private struct Part: Decodable {
        let text: String
    }

    let text: String

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.text = text
        } else {
            text = try decoder.singleValueContainer().decode([Part].self).map(\.text).joined(separator: "\n")
        }
    }
}
