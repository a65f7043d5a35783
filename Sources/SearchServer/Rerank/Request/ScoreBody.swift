import Foundation

/// What a score endpoint is asked: pairs of a query and a document.
struct ScoreBody: Sendable {
    /// One a document.
    var queries: [String]
    var documents: [String]
    var options: RerankOptions
}

extension ScoreBody: DecodableWithConfiguration {
    /// One query for all documents, or one for each.
    ///
    /// - Throws: `RerankRefusal`.
    init(from decoder: any Decoder, configuration reading: BodyReading) throws {
        do {
            let fields = try BodyFields(decoder)
            let limits = reading.limits
            options = try RerankOptions(fields, limits: limits)
            let queryNames = ["queries", "query", "text_1", "data_1"]
            let documentNames = ["documents", "text_2", "data_2", "items", "passages", "texts"]
            let how = RerankDocument.Reading(name: "documents", limits: limits.rerank)
            let queries = try fields.documents(queryNames, how).map(\.text)
            documents = try fields.documents(documentNames, how).map(\.text)
            let name = try fields.name(queryNames) ?? "queries"
            for (place, query) in queries.enumerated() {
                let shown = queries.count == 1 ? name : "\(name)[\(place)]"
                try fields.check(query: query, name: shown, limits.rerank)
            }
            guard queries.count == 1 || queries.count == documents.count else {
                throw ServerError.badParameter(
                    name: name,
                    value: "an array of \(queries.count) beside \(documents.count) documents",
                    expected: "one query for all documents, or one for each"
                )
            }
            self.queries = queries.count == 1 ? Array(repeating: queries[0], count: documents.count) : queries
        } catch {
            throw RerankRefusal(error, style: .common)
        }
    }
}
