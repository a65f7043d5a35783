/// A value per document that is kept in memory while searching.
package enum IndexColumn: String, Sendable, CaseIterable {
    /// Positions of the document in all text columns (u32); `IndexColumn.gone` for a deleted document.
    case length
    /// A number (u64) that orders documents as their product ids do.
    case order
    /// The price to pay now (f64): the sale price where there is one; NaN when unknown.
    case price
    /// The sale price (f64); NaN when there is none.
    case salePrice = "sale_price"
    /// Mean rating (f64); NaN when unknown.
    case rating
    /// How many rated it (f64); NaN when unknown.
    case ratingCount = "rating_count"

    /// The length that marks a deleted document.
    package static let gone = UInt32.max

    /// A byte of a value that was never set: lengths and orders are zero, numbers NaN.
    package var unset: UInt8 { self == .length || self == .order ? 0 : 0xFF }

    /// Bytes of one value.
    package var width: Int { self == .length ? 4 : 8 }
}
