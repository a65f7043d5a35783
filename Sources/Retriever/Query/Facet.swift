/// A field whose values are counted over all matches.
public struct FacetRequest: Sendable, Hashable, CustomStringConvertible {
    /// How many values a facet gives unless it is told.
    public static let defaultLimit = 10
    /// How many values a facet gives at most.
    public static let maxLimit = 1_000

    /// The field that is counted.
    public var field: FilterField
    /// How many values to give, 1...1,000.
    public var limit: Int

    /// A request for a field's commonest values; `limit` is brought into its range.
    public init(_ field: FilterField, limit: Int = defaultLimit) {
        self.field = field
        self.limit = min(max(limit, 1), Self.maxLimit)
    }

    /// Reads `brand` or `brand:20`; a name with spaces or signs may stand in double quotes: `"Screen size":5`.
    ///
    /// - Throws: `RequestError.badFacet`.
    public init(parsing text: String) throws(RequestError) {
        var rest = Substring(text.trimmed)
        var limit = Self.defaultLimit
        if let colon = rest.lastIndex(of: ":"), rest.last != "\"" {
            let digits = rest[rest.index(after: colon)...]
            guard let number = Int(digits), (1...Self.maxLimit).contains(number) else { throw .badFacet(text) }
            limit = number
            rest = rest[..<colon]
        }
        guard let name = String(rest).unquotedName else { throw .badFacet(text) }
        self.init(FilterField(name), limit: limit)
    }

    /// The request as it is written.
    public var description: String {
        limit == Self.defaultLimit ? field.description : "\(field):\(limit)"
    }
}

/// A field's commonest values among the matches.
public struct FacetResult: Sendable, Hashable {
    /// A value and how many matches have it.
    public struct Count: Sendable, Hashable {
        /// The value as the feed spells it.
        public var value: String
        /// Matches with the value; a product with several values counts for each.
        public var count: Int

        /// A value's count.
        public init(_ value: String, _ count: Int) {
            self.value = value
            self.count = count
        }
    }

    /// The field that was counted.
    public var field: FilterField
    /// The commonest first, ties in the order of the values' UTF-8 bytes.
    public var counts: [Count]
    /// How many further values there are.
    public var otherValues: Int
    /// How many matches have no value.
    public var missing: Int

    /// A field's counts.
    public init(field: FilterField, counts: [Count], otherValues: Int, missing: Int) {
        self.field = field
        self.counts = counts
        self.otherValues = otherValues
        self.missing = missing
    }
}
