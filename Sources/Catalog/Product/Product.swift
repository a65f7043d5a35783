/// One product as a shopper sees it: what the indexer produces, the index stores and a search returns.
///
/// Text is plain (no HTML), Unicode, with surrounding white space removed. Empty strings never stand for "absent".
public struct Product: Sendable, Hashable {
    /// The shop's own identifier, unique in an index.
    public var id: ProductID
    /// The name shown to shoppers, never empty.
    public var title: String
    /// The maker or label, as the shop writes it.
    public var brand: String?
    /// Category paths from the root down: `[["Computers", "Laptops"], ["Sale"]]`.
    public var categories: [[String]]
    /// Plain text, without markup.
    public var description: String?
    /// The regular price.
    public var price: Price?
    /// The reduced price, where one is in force; same currency as `price`.
    public var salePrice: Double?
    /// Whether it can be bought; nil where the dump says nothing.
    public var availability: Availability?
    /// The product page.
    public var url: String?
    /// The product's picture.
    public var imageURL: String?
    /// Identifies the group of variants (colours, sizes) this product belongs to.
    public var groupID: String?
    /// Mean rating as the feed gives it (commonly 0...5).
    public var rating: Double?
    /// How many ratings `rating` is the mean of.
    public var ratingCount: Int?
    /// Everything else, in the feed's order: colour, size, GTIN, MPN, every unmapped column.
    public var attributes: [Attribute]

    /// A product with what is known of it.
    public init(
        id: ProductID,
        title: String,
        brand: String? = nil,
        categories: [[String]] = [],
        description: String? = nil,
        price: Price? = nil,
        salePrice: Double? = nil,
        availability: Availability? = nil,
        url: String? = nil,
        imageURL: String? = nil,
        groupID: String? = nil,
        rating: Double? = nil,
        ratingCount: Int? = nil,
        attributes: [Attribute] = []
    ) {
        self.id = id
        self.title = title
        self.brand = brand
        self.categories = categories
        self.description = description
        self.price = price
        self.salePrice = salePrice
        self.availability = availability
        self.url = url
        self.imageURL = imageURL
        self.groupID = groupID
        self.rating = rating
        self.ratingCount = ratingCount
        self.attributes = attributes
    }
}

/// A shop's identifier of a product.
///
/// Ordered by its UTF-8 bytes: this order breaks ties between equal scores.
public struct ProductID: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The identifier as the shop writes it.
    public let rawValue: String

    /// The identifier with these characters.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The identifier with these characters.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The identifier itself.
    public var description: String { rawValue }

    /// Orders by UTF-8 bytes, whatever the locale.
    public static func < (left: ProductID, right: ProductID) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

/// A named property with one or more values: `color: [black, white]`.
public struct Attribute: Sendable, Hashable {
    /// The name as the feed spells it.
    public var name: String
    /// Never empty; each value is never empty.
    public var values: [String]

    /// An attribute with one value or several.
    public init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }
}

/// An amount of money.
public struct Price: Sendable, Hashable {
    /// In units of the currency, not cents; finite and never negative.
    public var amount: Double
    /// ISO 4217 code in capitals ("USD"), where the feed says it.
    public var currency: String?

    /// A price; `amount` is finite and not negative.
    public init(_ amount: Double, _ currency: String? = nil) {
        self.amount = amount
        self.currency = currency
    }
}

/// Whether a shopper can have it.
///
/// Raw values are stored in the index and used in filters.
public enum Availability: String, Sendable, Hashable, CaseIterable {
    case inStock = "in_stock"
    case outOfStock = "out_of_stock"
    case preorder
    case backorder
}
