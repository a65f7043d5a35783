/// One `--map FIELD=COLUMN`.
public struct FieldMapping: Sendable, Hashable {
    /// What the column becomes.
    public var field: ProductField
    /// The column that becomes it.
    public var column: Column

    /// Where a field's value comes from.
    public enum Column: Sendable, Hashable {
        /// The column or key of this name; in a delimited file also its 1-based number.
        case named(String)
        /// The row's line number (`#line`).
        case lineNumber
    }

    /// A mapping of one column.
    public init(_ field: ProductField, _ column: Column) {
        self.field = field
        self.column = column
    }

    /// Parses `FIELD=COLUMN` as the command line takes it.
    ///
    /// - Throws: `DumpError.badMapping` when there is no `=`, no such field, or no column.
    public init(parsing text: String) throws {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, let field = ProductField(rawValue: parts[0].lowercased()) else {
            throw DumpError.badMapping(text)
        }
        self.field = field
        column = parts[1] == "#line" ? .lineNumber : .named(String(parts[1]))
        if column == .lineNumber, field != .id { throw DumpError.badMapping(text) }
    }
}

/// What a column can become.
///
/// Raw values are what `--map` takes.
public enum ProductField: String, Sendable, Hashable, CaseIterable, Codable {
    case id, title, brand, category, description, price
    case salePrice = "sale_price"
    case currency, availability, quantity, url, image, group, rating
    case ratingCount = "rating_count"
    case gtin, mpn, sku
    /// Kept under the column's own name.
    case attribute
    /// Dropped.
    case ignore
}
