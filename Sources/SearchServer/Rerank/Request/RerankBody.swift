import Foundation

/// What a rerank endpoint is asked, in any server's words.
struct RerankBody: Sendable {
    /// In whose words the answer is written.
    var shape: RerankShape
    var query: String
    var documents: [RerankDocument]
    /// Results wanted; nil: all.
    var top: Int?
    /// Whether documents are sent back.
    var returnsDocuments: Bool
    var options: RerankOptions
}

/// With what bodies are read.
struct BodyReading: Sendable {
    var path: RerankPath
    var limits: RequestLimits

    /// Reads a JSON body.
    ///
    /// - Throws: `RerankRefusal`.
    func read<Body: DecodableWithConfiguration>(_ json: Data) throws -> Body
    where Body.DecodingConfiguration == BodyReading {
        do {
            return try JSONDecoder().decode(Body.self, from: json, configuration: self)
        } catch let refusal as RerankRefusal {
            throw refusal
        } catch {
            throw RerankRefusal(error, style: .common)
        }
    }
}

extension RerankBody: DecodableWithConfiguration {
    /// - Throws: `RerankRefusal`.
    init(from decoder: any Decoder, configuration reading: BodyReading) throws {
        var style = RerankErrorStyle.common
        do {
            let fields = try BodyFields(decoder)
            shape = RerankShape(reading.path, has: fields.has)
            style = shape.errors
            let limits = reading.limits
            options = try RerankOptions(fields, limits: limits)
            query = try Self.query(fields, limits)
            let top = try fields.integer("top_n", "top_k", in: 0...RerankOptions.most) ?? 0
            self.top = top == 0 ? nil : top
            returnsDocuments = try fields.flag("return_documents", "return_text") ?? shape.returnsDocuments
            let rankFields = try fields.words("rank_fields", limit: limits.rerank.documentFields)
            documents = try fields.documents(
                ["documents", "texts", "passages", "items"],
                RerankDocument.Reading(
                    name: "documents",
                    rankFields: rankFields.flatMap { $0.isEmpty ? nil : $0 },
                    keepsFields: returnsDocuments,
                    limits: limits.rerank
                )
            )
        } catch {
            throw RerankRefusal(error, style: style)
        }
    }

    private static func query(_ fields: BodyFields, _ limits: RequestLimits) throws -> String {
        guard fields.has("query") else { throw ServerError.missingParameter(name: "query") }
        let reading = RerankDocument.Reading(name: "query", limits: limits.rerank)
        let query = try (fields.value("query", reading) as RerankDocument).text
        try fields.check(query: query, name: "query", limits.rerank)
        return query
    }
}

extension BodyFields {
    /// Documents under one of some names: an array, or a single one.
    ///
    /// - Throws: `ServerError`, also when there is none, or too many.
    func documents(_ names: [String], _ reading: RerankDocument.Reading) throws -> [RerankDocument] {
        guard let name = try name(names) else {
            throw ServerError.missingParameter(name: names.first ?? reading.name)
        }
        var reading = reading
        reading.name = name
        guard var list = array(name) else { return [try value(name, reading)] }
        let limit = reading.limits.documents
        guard (list.count ?? 0) <= limit else {
            throw ServerError.tooManyTexts(field: name, count: list.count ?? 0, limit: limit)
        }
        var documents: [RerankDocument] = []
        while !list.isAtEnd {
            documents.append(try list.decode(RerankDocument.self, configuration: reading))
        }
        guard !documents.isEmpty else { throw ServerError.noDocuments(field: name) }
        return documents
    }

    /// - Throws: `ServerError` for a query without text, and for one that is too long.
    func check(query: String, name: String, _ limits: RerankLimits) throws {
        guard !query.allSatisfy(\.isWhitespace) else {
            throw ServerError.badParameter(name: name, value: "empty", expected: "what to look for")
        }
        guard query.utf8.count <= limits.queryLength || query.count <= limits.queryLength else {
            throw ServerError.badParameter(
                name: name,
                value: "\(query.count) characters long",
                expected: "at most \(limits.queryLength) long"
            )
        }
    }
}
