public import Catalog

/// What a shopper (or a program) asks of the first stage.
public struct SearchRequest: Sendable, Hashable {
    /// As typed.
    ///
    /// Anything is allowed; empty lists products that pass the filter.
    public var query: String
    /// Hits to return.
    public var top: Int
    /// Hits to skip before them.
    public var offset = 0
    /// Only products that pass are found; nil lets all pass.
    public var filter: Filter?
    /// Fields whose values are counted over all matches.
    public var facets: [FacetRequest] = []
    /// The order of the hits.
    public var sort = SortKey.relevance
    /// Whether of products with the same group (variants: size, colour) only the first in the hits' order is given.
    ///
    /// Products without a group are all given. `SearchResponse.total` then counts groups; facets still count products.
    public var collapsesGroups = false
    /// Whether products need all of the words.
    public var matching = Matching.auto(minimum: 10)
    /// The last word may be the beginning of one (search as you type).
    public var completesLastWord = false
    /// Nil: the index's own.
    public var weights: ColumnWeights?
    /// Whether `SearchResponse.total` is wanted; counting all matches costs more than finding the best.
    public var wantsTotal = true
    /// Whether words that give little are corrected.
    public var correctsSpelling = true
    /// Whether hits carry products and highlighted text; otherwise ids and scores only.
    public var wantsProducts = true
    /// Whether titles and descriptions of products come with the query's words marked.
    ///
    /// `ProductIndex.marking` does it later for those that are shown.
    public var marksWords = true
    /// Whether hits say where their scores come from.
    public var explains = false
    /// After this time the answer is what was found so far.
    public var budget: Duration?

    /// A search for the `top` best products, without filter or facets.
    public init(_ query: String, top: Int = 10) {
        self.query = query
        self.top = top
    }
}

/// Which products match a query of several words.
public enum Matching: Sendable, Hashable {
    /// Those with all words; when they are fewer than `minimum`, those with some follow them.
    case auto(minimum: Int)
    /// Those with all words.
    case all
    /// Those with any word.
    case any
}
