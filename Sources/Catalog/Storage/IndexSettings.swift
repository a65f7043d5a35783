/// What is decided when an index is built, kept in the index so that queries and updates do the same.
public struct IndexSettings: Sendable, Hashable, Codable {
    /// The language of every product, or nil to decide per product (`auto`).
    public var language: Language?
    /// In `auto`: the language of texts that give no evidence of their own.
    public var fallbackLanguage: Language
    /// Default column weights of searches.
    public var weights: ColumnWeights
    /// The synonym file's text, "" for none: one group a line.
    public var synonyms: String

    /// Settings of a new index; those left out are the defaults.
    public init(
        language: Language? = nil,
        fallbackLanguage: Language = .english,
        weights: ColumnWeights = ColumnWeights(),
        synonyms: String = ""
    ) {
        self.language = language
        self.fallbackLanguage = fallbackLanguage
        self.weights = weights
        self.synonyms = synonyms
    }
}

/// Counts that change with every update.
package struct IndexStatistics: Sendable, Hashable, Codable {
    /// Live products.
    package var products: Int64 = 0
    /// Positions (FTS5's document lengths) summed over live products.
    package var positions: Int64 = 0
    /// The next free document number.
    package var nextNumber: Int64 = 0
    /// The next free segment of `postings`.
    package var nextSegment: Int64 = 0
    /// Rises with every change of the file.
    package var generation: Int64 = 0
    /// Live products analyzed as each language.
    package var languages: [String: Int64] = [:]

    package init() {}

    /// Mean length of a product's text in positions.
    package var meanLength: Double { Double(positions) / Double(max(products, 1)) }
}
