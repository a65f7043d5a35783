/// The text columns that are searched, in the order of the FTS5 table.
public enum TextColumn: Int, Sendable, Hashable, CaseIterable, Codable {
    case title
    case brand
    case category
    case attributes
    case description
}
