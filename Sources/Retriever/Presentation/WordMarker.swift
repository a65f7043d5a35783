internal import Catalog

/// Marks a query's words in the texts of hits.
struct WordMarker {
    private let analyzer: Analyzer
    /// The first term of the plan that looks a token up. (A single Chinese character's term has thousands.)
    private let terms: [[UInt8]: Int]

    /// Width of snippets in terminal cells (Chinese characters take two).
    private static let snippetWidth = 160

    init(analyzer: Analyzer, plan: QueryPlan) {
        self.analyzer = analyzer
        var terms: [[UInt8]: Int] = [:]
        for (index, term) in plan.terms.enumerated() {
            for token in term.tokens where terms[token] == nil { terms[token] = index }
        }
        self.terms = terms
    }

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
            terms[Array(token.text.utf8)].map { Highlighter.Match(bytes: token.range, term: $0) }
        }
    }
}
