/// A field whose values are counted over all matches; numbers (price, rating) are counted by range.
public struct FacetRequest: Sendable, Hashable, CustomStringConvertible {
    /// How many values or ranges a facet gives unless it is told.
    public static let defaultLimit = 10
    /// How many values or ranges a facet gives at most.
    public static let maxLimit = 1_000

    /// The field that is counted.
    public var field: FilterField
    /// How many values or ranges to give at most, 1...1,000.
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
