internal import Catalog

/// Turns scored documents into hits: the product, marked text, and where the score comes from.
struct HitPresenter {
    let session: IndexSession
    let snapshot: IndexSnapshot
    let plan: QueryPlan
    let exact: ExactScorer
    let request: SearchRequest

    /// Width of snippets in terminal cells (Chinese characters take two).
    private static let snippetWidth = 160

    func hit(_ document: ScoredDocument) throws -> Hit {
        guard let id = try session.products.id(of: document.number) else { throw RetrieverError.damagedPostings }
        var hit = Hit(id: id, score: document.score)
        if request.wantsProducts, let (product, language) = try session.products.product(document.number) {
            hit.title = Highlighter.fragments(
                of: product.title,
                matches: matches(in: product.title, language).map(\.bytes)
            )
            if let description = product.description {
                hit.snippet = Highlighter.snippet(
                    of: description,
                    matches: matches(in: description, language),
                    width: Self.snippetWidth
                )
            }
            hit.product = product
        }
        if request.explains { hit.explanation = explanation(document.number) }
        return hit
    }

    /// Where the plan's tokens stand in a text.
    private func matches(in text: String, _ language: Language) -> [Highlighter.Match] {
        session.analyzer.analyze(text, language: language).compactMap { token in
            let bytes = Array(token.text.utf8)
            return plan.terms.firstIndex { $0.tokens.contains(bytes) }.map {
                Highlighter.Match(bytes: token.range, term: $0)
            }
        }
    }

    private func explanation(_ number: DocumentNumber) -> Explanation {
        let contributions = exact.contributions(number)
        let terms = zip(zip(plan.terms, exact.terms), contributions).map { pair, contribution in
            Explanation.Term(
                term: pair.0.label,
                documentFrequency: Int(pair.1.list.documentFrequency),
                idf: pair.1.idf,
                frequency: pair.1.frequency(of: number, table: exact.table),
                contribution: contribution
            )
        }
        return Explanation(
            terms: terms,
            length: Int(snapshot.columns.length(number)),
            meanLength: snapshot.statistics.meanLength
        )
    }
}
