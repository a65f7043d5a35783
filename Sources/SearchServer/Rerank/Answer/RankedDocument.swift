/// A document with its score.
struct RankedDocument: Sendable {
    /// Its place in the request, from 0.
    let index: Int
    /// A probability, or log-odds where they were asked for.
    let score: Double
    let document: RerankDocument

    /// The documents that were scored, best first, equal ones in their order.
    static func ranking(_ body: RerankBody, _ scores: RerankScores) -> [RankedDocument] {
        let scored = body.documents.indices.compactMap { index in scores.margins[index].map { (index, $0) } }
        return scored.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(body.top ?? .max).map { index, margin in
            RankedDocument(
                index: index,
                score: RerankScores.shown(margin, isRaw: body.options.isRaw),
                document: body.documents[index]
            )
        }
    }
}
