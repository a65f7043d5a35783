internal import Catalog

extension ProductIndex {
    /// Marks a query's words in hits that were found without (`SearchRequest.marksWords`): of many candidates those that
    /// are shown.
    ///
    /// - Parameters:
    ///   - hits: With their products.
    ///   - query: What they were found for, corrected where it was.
    ///   - completesLastWord: As in the search.
    /// - Returns: The hits in their order.
    /// - Throws: `CatalogError`.
    public func marking(_ hits: [Hit], query: String, completesLastWord: Bool) throws -> [Hit] {
        guard !hits.isEmpty else { return [] }
        return try withSession { generation, session in
            let snapshot = generation.snapshot
            let planner = QueryPlanner(
                session: session,
                languages: snapshot.languages,
                synonyms: generation.synonyms
            )
            let plan = try planner.plan(QuerySyntax(query), completesLastWord: completesLastWord)
            let marker = WordMarker(analyzer: session.analyzer, plan: plan)
            return try hits.map { hit in
                var hit = hit
                // A product that is gone since is marked all the same.
                let number = try session.products.number(of: hit.id)
                let language = try number.flatMap { try session.products.title(of: $0)?.1 }
                marker.mark(&hit, language ?? snapshot.settings.fallbackLanguage)
                return hit
            }
        }
    }
}
