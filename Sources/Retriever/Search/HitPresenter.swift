internal import Catalog

/// Turns scored documents into hits: the product, marked text, and where the score comes from.
struct HitPresenter {
    let session: IndexSession
    let snapshot: IndexSnapshot
    let plan: QueryPlan
    let exact: ExactScorer
    let request: SearchRequest
    private let marker: WordMarker?

    init(
        session: IndexSession,
        snapshot: IndexSnapshot,
        plan: QueryPlan,
        exact: ExactScorer,
        request: SearchRequest
    ) {
        self.session = session
        self.snapshot = snapshot
        self.plan = plan
        self.exact = exact
        self.request = request
        let marks = request.wantsProducts && request.marksWords
        marker = marks ? WordMarker(analyzer: session.analyzer, plan: plan) : nil
    }

    func hit(_ document: ScoredDocument) throws -> Hit {
        guard let id = try session.products.id(of: document.number) else { throw RetrieverError.damagedPostings }
        var hit = Hit(id: id, score: document.score)
        if request.wantsProducts, let (product, language) = try session.products.product(document.number) {
            hit.product = product
            marker?.mark(&hit, language)
        }
        if request.explains { hit.explanation = explanation(document.number) }
        return hit
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
