/// What can go wrong with a search.
///
/// Odd queries never do.
public enum RetrieverError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A posting list in the index cannot be read.
    case damagedPostings
    /// The search was cancelled or ran out of time.
    case cancelled
    /// The index file was replaced while it was being opened; a search tries again by itself.
    case replaced
    /// A filter, facet or sort names a field that no product has.
    case unknownField(name: String, known: [String])
    /// A filter compares a field in a way it cannot be compared.
    case wrongComparison(field: String, reason: String)
    /// A facet names a field whose values are not counted.
    case notCounted(field: String, reason: String)
    /// A sort key names a field that is not sorted by.
    case notSorted(field: String)

    /// The message, with the name that was wrong and what would be right.
    public var description: String {
        switch self {
        case .damagedPostings: "The index is damaged (a posting list cannot be read): build it again."
        case .cancelled: "The search was stopped before it was done."
        case .replaced: "The index was replaced again and again while it was being opened: try again."
        case .unknownField(let name, let known):
            "No product has a field \"\(name)\". Fields are: \(Self.names(known).joined(separator: ", "))."
        case .wrongComparison(let field, let reason): "\"\(field)\" cannot be compared like that: \(reason)."
        case .notCounted(let field, let reason):
            "The values of \"\(field)\" are not counted: \(reason). Facets know brand, category, price, sale_price, "
                + "rating, rating_count, currency, availability, in_stock, group_id and attributes."
        case .notSorted(let field):
            "Products are not sorted by \"\(field)\", whose words are for the query. Sorting knows price, sale_price, "
                + "rating, rating_count, id, brand, category, currency, availability, group_id and attributes."
        }
    }

    /// The fields that all products can have, then up to 30 attributes that some have.
    private static func names(_ known: [String]) -> [String] {
        let standard = StandardField.allCases.map(\.rawValue)
        let attributes = known.filter { !standard.contains($0) }
        return standard + attributes.prefix(30) + (attributes.count > 30 ? ["and \(attributes.count - 30) more"] : [])
    }
}
