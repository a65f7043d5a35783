/// A `ColumnPlan` in a form that costs nothing to look at for each field.
struct CompiledPlan: BitwiseCopyable {
    enum Kind: UInt8, BitwiseCopyable {
        case slot, category, attribute, ignored, optionName, optionValue
    }

    var kind: Kind
    /// The `Slot` for `slot`, the option's number for options.
    var number: Int16
    var rank: Int32
    var hasRule: Bool
    var isUndecided: Bool
    /// Which attribute a value becomes when it becomes one.
    var attribute: Int32
    /// Records in which the column had a value.
    var filled = 0
}

/// Single-valued targets of a row.
enum Slot: Int16, CaseIterable {
    case id, title, brand, description, price, salePrice, currency, availability, quantity, url, image, group, rating
    case ratingCount, published, status, visibility, type, parent, compareAtPrice, variants, storeView

    init?(_ field: ProductField) {
        switch field {
        case .id: self = .id
        case .title: self = .title
        case .brand: self = .brand
        case .description: self = .description
        case .price: self = .price
        case .salePrice: self = .salePrice
        case .currency: self = .currency
        case .availability: self = .availability
        case .quantity: self = .quantity
        case .url: self = .url
        case .image: self = .image
        case .group: self = .group
        case .rating: self = .rating
        case .ratingCount: self = .ratingCount
        case .category, .gtin, .mpn, .sku, .attribute, .ignore: return nil
        }
    }

    init(_ control: ColumnPlan.Control) {
        switch control {
        case .published: self = .published
        case .status: self = .status
        case .visibility: self = .visibility
        case .type: self = .type
        case .parent: self = .parent
        case .compareAtPrice: self = .compareAtPrice
        case .variants: self = .variants
        case .storeView: self = .storeView
        }
    }

    /// Whether a value of a column that lost against a likelier one is worth keeping as an attribute.
    var keepsLosers: Bool {
        switch self {
        case .url, .image, .currency, .published, .status, .visibility, .type, .parent, .compareAtPrice, .variants,
            .storeView:
            false
        default: true
        }
    }
}
