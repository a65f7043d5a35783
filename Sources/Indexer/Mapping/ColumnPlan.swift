/// What is done with one column's values.
///
/// Indexes keep these plans (`RememberedPlan`): what is encoded has to stay readable.
struct ColumnPlan: Equatable, Sendable, Codable {
    /// The column's name as the file spells it.
    var name: String
    var role: Role
    /// Smaller wins where several columns could be the same field.
    var rank = 0
    var rule: Rule = .plain
    /// How its numbers write decimals, where their sample shows it.
    var decimals: DecimalMark?
    /// Whether no value was seen yet that could say more than the name: the first one decides.
    var isUndecided = false

    enum Role: Equatable, Sendable, Codable {
        case field(ProductField)
        /// Kept as an attribute of this name.
        case attribute(String)
        case ignored(reason: String)
        /// The name (`Option1 Name`) or the value of the attribute with this number.
        case optionName(Int)
        case optionValue(Int)
        case control(Control)
    }

    /// Columns that steer how rows are read and are no attributes.
    enum Control: String, Equatable, CaseIterable, Sendable, Codable {
        /// Whether the product is shown at all.
        case published = "publication"
        case status
        case visibility
        /// Simple product, parent or variant.
        case type = "product type"
        case parent
        /// The price before reduction, of feeds whose price is the reduced one.
        case compareAtPrice = "price before reduction"
        /// The variants of a configurable product.
        case variants = "variant list"
        /// The store view a row speaks for.
        case storeView = "store view"
    }

    /// How one value becomes several.
    enum Rule: Equatable, Sendable, Codable {
        case plain
        /// Split at this byte.
        case list(UInt8)
        /// `name<inner>value` pairs, split at `outer`; each becomes an attribute of its own.
        case pairs(outer: UInt8, inner: UInt8)
        case categories(CategoryRule)
    }

    init(_ name: String, _ role: Role, rank: Int = 0, rule: Rule = .plain) {
        self.name = name
        self.role = role
        self.rank = rank
        self.rule = rule
    }
}
