/// The text columns that are searched, in the order of the FTS5 table.
public enum TextColumn: Int, Sendable, Hashable, CaseIterable, Codable {
    case title
    case brand
    case category
    case attributes
    case description

    /// All of them, made once: `allCases` makes a new array at every call, and this is asked for every product.
    package static let all = allCases
}
