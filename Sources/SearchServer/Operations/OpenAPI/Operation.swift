/// What `/openapi.json` says of an endpoint.
struct Operation: Sendable {
    /// A body, of a request or an answer.
    struct Content: Sendable {
        var type: String
        var schema: Schema

        /// One JSON document.
        static func json(_ schema: Schema) -> Content { Content(type: "application/json", schema: schema) }
    }

    /// A parameter in the path or the query string.
    struct Parameter: Sendable {
        var name: String
        var schema: Schema
    }

    /// Its name for generated clients, unique.
    var name: String
    /// One line.
    var summary: String
    /// Parameters of the query string, in the order they are shown.
    var query: [Parameter] = []
    /// Parameters of the path.
    var path: [Parameter] = []
    /// What is sent, by content type.
    var body: [Content] = []
    /// What is answered, with status 200.
    var answer: Content
    /// Statuses of answers that have the answer's shape, too.
    var alike: [Int] = []
    /// Statuses of errors it has, besides those all have (400, 500, 503).
    var errors: [Int] = []
    /// The shape of its errors; nil: that of all.
    var error: Schema?
}
