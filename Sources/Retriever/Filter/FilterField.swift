internal import Catalog

/// A field that a filter, facet or sort names: one of the product model's own, or an attribute.
public struct FilterField: Sendable, Hashable {
    /// The name as written.
    ///
    /// Attribute names are compared by `FilterText.folded`.
    public var name: String

    /// A field of this name.
    public init(_ name: String) {
        self.name = name
    }

    /// The product model's field of this name, if it is one.
    ///
    /// An attribute that a feed spells so hides behind it.
    public var standard: StandardField? {
        StandardField(name: name)
    }
}

/// A field of the product model that filters, facets and sorts know by name.
public enum StandardField: String, Sendable, Hashable, CaseIterable {
    case id
    case title
    case brand
    case category
    case description
    case price
    case salePrice = "sale_price"
    case currency
    case availability
    /// Not a stored field: true when the availability is `in_stock`.
    case inStock = "in_stock"
    case rating
    case ratingCount = "rating_count"
    case groupID = "group_id"

    /// Finds the field by its name, without regard to case; `_`, `-` and spaces are the same.
    public init?(name: String) {
        let folded = String(FilterText.folded(name).map { $0 == "-" || $0 == " " ? "_" : $0 })
        if let field = StandardField(rawValue: folded) {
            self = field
        } else if let field = Self.aliases[folded] {
            self = field
        } else {
            return nil
        }
    }

    /// Whether values are numbers in the product model.
    public var isNumeric: Bool {
        switch self {
        case .price, .salePrice, .rating, .ratingCount: return true
        case .id, .title, .brand, .category, .description, .currency, .availability, .inStock, .groupID: return false
        }
    }

    private static let aliases: [String: StandardField] = [
        "categories": .category, "instock": .inStock, "available": .inStock, "saleprice": .salePrice,
        "ratingcount": .ratingCount, "groupid": .groupID,
        "标题": .title, "品牌": .brand, "类目": .category, "分类": .category, "描述": .description, "价格": .price,
        "促销价": .salePrice, "评分": .rating, "有货": .inStock, "现货": .inStock,
    ]
}
