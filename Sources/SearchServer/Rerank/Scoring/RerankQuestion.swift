/// A query with the documents to score against it.
struct RerankQuestion: Sendable {
    let query: String
    /// The documents' places in the request.
    var places: [Int]
    var texts: [String]

    /// A request's pairs with those of one query together: what they share is computed once.
    static func questions(queries: [String], documents: [String]) -> [RerankQuestion] {
        var questions: [RerankQuestion] = []
        var known: [String: Int] = [:]
        for (place, (query, document)) in zip(queries, documents).enumerated() {
            if let index = known[query] {
                questions[index].places.append(place)
                questions[index].texts.append(document)
            } else {
                known[query] = questions.count
                questions.append(RerankQuestion(query: query, places: [place], texts: [document]))
            }
        }
        return questions
    }
}
