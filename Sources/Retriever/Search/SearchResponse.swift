public import Catalog

/// What the first stage found.
public struct SearchResponse: Sendable {
    /// The products asked for, best first.
    public var hits: [Hit] = []
    /// Products that match, or groups of them where groups are collapsed; nil when it was not asked for.
    public var total: Int?
    /// Counts over all matches, in the order they were asked for.
    public var facets: [FacetResult] = []
    /// Whether products with only some of the words are among the matches.
    public var isRelaxed = false
    /// The query with misspelt words corrected; the hits are already those of the correction.
    public var didYouMean: String?
    /// Whether the time budget ran out before all products were looked at.
    public var isPartial = false
    /// Whether the query was too long and its end was not used.
    public var isTruncated = false
    /// Time from the request to the answer.
    public var milliseconds = 0.0

    /// An answer without hits.
    public init() {}
}

/// One product found.
public struct Hit: Sendable {
    /// The product's identifier.
    public var id: ProductID
    /// BM25: higher is better; 0 where nothing was scored.
    public var score: Double
    /// False where it was found with some of the words only, behind products that have all of them.
    public var hasAllWords = true
    /// Nil when products were not asked for.
    public var product: Product?
    /// The title with the query's words marked.
    public var title: [Fragment] = []
    /// The best part of the description with the query's words marked; empty where there is no description.
    public var snippet: [Fragment] = []
    /// Nil when not asked for.
    public var explanation: Explanation?
}

/// Where a hit's score comes from.
public struct Explanation: Sendable, Hashable, Codable {
    /// What one term of the query added.
    public struct Term: Sendable, Hashable, Codable {
        /// The term as it stands in the index; alternatives are separated by "|".
        public var term: String
        /// Products that have it.
        public var documentFrequency: Int
        /// How rare the term is: `ln((N - n + 0.5) / (n + 0.5))`, never below 0.000001.
        public var idf: Double
        /// Occurrences in this product, weighted by column.
        public var frequency: Double
        /// What the term adds to the score.
        public var contribution: Double
    }

    /// The terms of the query that the product has.
    public var terms: [Term]
    /// Length of the product's text, in positions.
    public var length: Int
    /// The mean of all products' lengths, in positions.
    public var meanLength: Double
}
