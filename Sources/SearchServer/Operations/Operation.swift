/// What `/openapi.json` says of an endpoint.
struct Operation: Sendable {
    /// Its name for generated clients, unique.
    var name: String
    /// One line.
    var summary: String

    init(_ name: String, _ summary: String) {
        self.name = name
        self.summary = summary
    }
}
