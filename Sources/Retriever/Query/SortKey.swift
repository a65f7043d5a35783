/// What hits are sorted by.
public enum SortKey: Sendable, Hashable, CustomStringConvertible {
    /// The best match first.
    case relevance
    /// By a field's values; products without one come last either way.
    ///
    /// Texts are compared by their first 70 bytes or so.
    case field(FilterField, isDescending: Bool)

    /// Reads `relevance`, `price`, `-price`, `price:asc` or `price:desc`.
    ///
    /// A name with spaces or signs may stand in double quotes: `-"Screen size"`.
    ///
    /// - Throws: `RequestError.badSort`.
    public init(parsing text: String) throws(RequestError) {
        var rest = Substring(text.trimmed)
        var isDescending = false
        var hasDirection = false
        if rest.first == "-" || rest.first == "+" {
            isDescending = rest.removeFirst() == "-"
            hasDirection = true
        }
        if let colon = rest.lastIndex(of: ":"), !hasDirection, rest.last != "\"" {
            switch rest[rest.index(after: colon)...].lowercased() {
            case "asc", "ascending": isDescending = false
            case "desc", "descending": isDescending = true
            default: throw .badSort(text)
            }
            hasDirection = true
            rest = rest[..<colon]
        }
        guard let name = String(rest).unquotedName else { throw .badSort(text) }
        if !hasDirection, ["relevance", "_score", "score"].contains(name.lowercased()) {
            self = .relevance
        } else if name.lowercased() == "relevance" {
            throw .badSort(text)
        } else {
            self = .field(FilterField(name), isDescending: isDescending)
        }
    }

    /// The key as it is written in a request.
    public var description: String {
        switch self {
        case .relevance: return "relevance"
        case .field(let field, let isDescending): return (isDescending ? "-" : "") + field.description
        }
    }
}
