/// The text columns that are searched, in the order of the FTS5 table.
public enum TextColumn: Int, Sendable, Hashable, CaseIterable, Codable {
    case title
    case brand
    case category
    case attributes
    case description
}

/// How much one occurrence of a term counts in each text column (BM25F-style, as FTS5's `bm25()` weights).
public struct ColumnWeights: Sendable, Hashable, Codable {
    /// One finite weight >= 0 a column, in the order of `TextColumn`.
    public var values: [Double]

    public init(
        title: Double = 3, brand: Double = 2, category: Double = 1.5, attributes: Double = 1, description: Double = 1
    ) {
        values = [title, brand, category, attributes, description]
    }

    public subscript(column: TextColumn) -> Double {
        get { values[column.rawValue] }
        set { values[column.rawValue] = newValue }
    }
}
