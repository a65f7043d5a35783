/// What became of one line of documents.
struct DocumentResult: Encodable, Sendable {
    /// In a word.
    enum Status: String, Encodable, Sendable, CaseIterable {
        /// The product was not there before.
        case added
        /// It took the place of the one with its id.
        case replaced
        case deleted
        /// There was nothing to delete.
        case notFound = "not_found"
        /// A later line is about the same product.
        case superseded
        /// The line cannot be used.
        case rejected
    }

    /// What is wrong with a line.
    struct Problem: Encodable, Sendable, Hashable {
        let code: String
        let message: String
        let field: String?
    }

    /// The line in the body, from 1.
    let line: Int
    let id: String?
    let status: Status
    let error: Problem?

    /// What `/openapi.json` says of it.
    static let schema = Schema.object(
        "What became of a line.",
        [
            "line": .integer("The line in the body, from 1."),
            "id": .text("The product's id.").optional,
            "status": .choice("In a word.", Status.allCases.map(\.rawValue)),
            "error": .object(
                "What is wrong with the line.",
                [
                    "code": .text("For programs."), "message": .text("For people."),
                    "field": .text("The member at fault.").optional,
                ]
            ).optional,
        ]
    )
}
