internal import Catalog

/// Counts a field over documents as they match.
protocol FacetCounter {
    mutating func count(_ number: DocumentNumber)
    func result() throws -> FacetResult
}

extension FacetRequest {
    /// Throws `RetrieverError.unknownField`, `.notCounted`.
    func counter(snapshot: IndexSnapshot, session: IndexSession) throws -> any FacetCounter {
        switch field.standard {
        case .id: throw RetrieverError.notCounted(field: field.name, reason: "every product has its own")
        case .title, .description:
            throw RetrieverError.notCounted(field: field.name, reason: "its words are for the query")
        case .price, .salePrice, .rating, .ratingCount, .brand, .category, .currency, .availability, .inStock,
            .groupID, nil:
            break
        }
        if let column = NumberColumn(field) {
            return NumberCounter(self, column: column, columns: snapshot.columns)
        }
        return try ValueCounter(self, snapshot: snapshot, session: session)
    }
}
