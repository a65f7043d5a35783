internal import Catalog

/// Marks a query's words in the texts of hits.
struct WordMarker {
    let analyzer: Analyzer
    let plan: QueryPlan

    /// Width of snippets in terminal cells (Chinese characters take two).
    private static let snippetWidth = 160

    /// Sets a hit's title and snippet, where it has its product.
    func mark(_ hit: inout Hit, _ language: Language) {
        guard let product = hit.product else { return }
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
    }

    /// Where the plan's tokens stand in a text.
    private func matches(in text: String, _ language: Language) -> [Highlighter.Match] {
        analyzer.analyze(text, language: language).compactMap { token in
            let bytes = Array(token.text.utf8)
            return plan.terms.firstIndex { $0.tokens.contains(bytes) }.map {
                Highlighter.Match(bytes: token.range, term: $0)
            }
        }
    }
}
