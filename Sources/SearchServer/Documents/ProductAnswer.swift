import Catalog

/// A product as the index has it, in the form that `POST /documents` takes.
struct ProductAnswer: Encodable {
    let id: String
    let title: String
    let brand: String?
    let category: [String]
    let description: String?
    let price: Double?
    let salePrice: Double?
    let currency: String?
    let availability: String?
    let rating: Double?
    let ratingCount: Int?
    let url: String?
    let imageUrl: String?
    let groupId: String?
    let attributes: [String: [String]]

    init(_ product: Product) {
        id = product.id.rawValue
        title = product.title
        brand = product.brand
        category = product.categories.map { $0.joined(separator: " > ") }
        description = product.description
        price = product.price?.amount
        salePrice = product.salePrice
        currency = product.price?.currency
        availability = product.availability?.rawValue
        rating = product.rating
        ratingCount = product.ratingCount
        url = product.url
        imageUrl = product.imageURL
        groupId = product.groupID
        attributes = Dictionary(product.attributes.map { ($0.name, $0.values) }, uniquingKeysWith: { $0 + $1 })
    }

    /// What `/openapi.json` says of it.
    static let schema = Schema.object(
        "A product.",
        [
            "id": .text("The shop's id."),
            "title": .text("The title."),
            "brand": .text("The brand.").optional,
            "category": .list("Paths from the root down: Audio > Headphones.", of: .text("A path.")),
            "description": .text("The description.").optional,
            "price": .number("The regular price.").optional,
            "sale_price": .number("The reduced price, where one is in force.").optional,
            "currency": .text("ISO 4217.").optional,
            "availability": SearchSchemas.availability.optional,
            "rating": .number("The mean rating.").optional,
            "rating_count": .integer("How many ratings.").optional,
            "url": .text("The product's page.").optional,
            "image_url": .text("The product's picture.").optional,
            "group_id": .text("The group of variants.").optional,
            "attributes": .map("Everything else.", to: .list("Values.", of: .text("A value."))),
        ]
    )
}
