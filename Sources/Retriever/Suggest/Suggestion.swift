/// What a search box offers while somebody types.
public struct Suggestion: Sendable, Hashable {
    /// What choosing it means.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A query.
        case query
        /// A brand: a filter.
        case brand
        /// A category, as `Audio > Headphones`: a filter.
        case category
    }

    /// What choosing it means.
    public var kind: Kind
    /// The whole text, as products spell it.
    public var text: String
    /// The same with what was typed marked.
    public var fragments: [Fragment]
    /// Products with this brand or in this category; nil for queries, which are not counted.
    public var products: Int?
}

/// What is asked of the suggestions.
public struct SuggestRequest: Sendable, Hashable {
    /// What was typed so far.
    public var typed: String
    /// Queries to suggest at most.
    public var limit: Int
    /// Brands to suggest at most, and categories.
    public var fieldLimit: Int

    /// A request with the usual numbers.
    public init(_ typed: String, limit: Int = 8, fieldLimit: Int = 3) {
        self.typed = typed
        self.limit = limit
        self.fieldLimit = fieldLimit
    }

    /// Characters of `typed` that are used.
    public static let longest = 100
}
