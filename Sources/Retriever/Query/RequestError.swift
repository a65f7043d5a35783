/// Why the settings of a search request cannot be read. (A query never is an error.)
public enum RequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not a sort key.
    case badSort(String)
    /// Not a facet.
    case badFacet(String)

    /// One line: the value and what to write instead.
    public var description: String {
        switch self {
        case .badSort(let text):
            return "The sort key \"\(text)\" cannot be read. Write relevance, price, -price, price:asc or price:desc."
        case .badFacet(let text):
            return "The facet \"\(text)\" cannot be read. Write a field, or a field and how many values to give "
                + "(1 to \(FacetRequest.maxLimit)): brand:20."
        }
    }
}

extension String {
    /// The text without white space at its ends.
    var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }

    /// A field's name, taken out of double quotes if it stands in them; nil if nothing or half a quotation is left.
    var unquotedName: String? {
        var name = Substring(trimmed)
        if name.first == "\"" {
            guard name.count >= 2, name.last == "\"" else { return nil }
            name = name.dropFirst().dropLast()
        } else if name.contains("\"") {
            return nil
        }
        return name.allSatisfy(\.isWhitespace) ? nil : String(name)
    }
}
