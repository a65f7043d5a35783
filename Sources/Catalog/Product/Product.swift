/// One product as a shopper sees it: what the indexer produces, the index stores and a search returns.
///
/// Text is plain (no HTML), Unicode, with surrounding white space removed. Empty strings never stand for "absent".
public struct Product: Sendable, Hashable {
    /// The shop's own identifier, unique in an index.
    public var id: ProductID
    /// The name shown to shoppers. Never empty.
    public var title: String
    public var brand: String?
    /// Category paths from the root down: `[["Computers", "Laptops"], ["Sale"]]`.
    public var categories: [[String]]
    public var description: String?
    public var price: Price?
    /// The reduced price, where one is in force; same currency as `price`.
    public var salePrice: Double?
    public var availability: Availability?
    /// The product page.
    public var url: String?
    public var imageURL: String?
    /// Identifies the group of variants (colours, sizes) this product belongs to.
    public var groupID: String?
    /// Mean rating as the feed gives it (commonly 0...5).
    public var rating: Double?
    public var ratingCount: Int?
    /// Everything else, in the feed's order: colour, size, GTIN, MPN, every unmapped column.
    public var attributes: [Attribute]

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

/// A shop's identifier of a product. Ordered by its UTF-8 bytes: this order breaks ties between equal scores.
public struct ProductID: RawRepresentable, Sendable, Hashable, Comparable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }

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

    public init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values
    }
}

/// An amount of money.
public struct Price: Sendable, Hashable {
    /// In units of the currency, not cents. Finite and never negative.
    public var amount: Double
    /// ISO 4217 code in capitals ("USD"), where the feed says it.
    public var currency: String?

    public init(_ amount: Double, _ currency: String? = nil) {
        self.amount = amount
        self.currency = currency
    }
}

/// Whether a shopper can have it. Raw values are stored in the index and used in filters.
public enum Availability: String, Sendable, Hashable, CaseIterable {
    case inStock = "in_stock"
    case outOfStock = "out_of_stock"
    case preorder
    case backorder
}
