import Catalog
import Foundation

/// The values of a product's fields as words.
enum ProductLine {
    /// A field's value; empty where the product has none.
    ///
    /// `named` are attributes (in lower case) that have lines of their own; `most` characters are enough.
    static func value(
        _ field: DocumentTemplate.Field,
        of product: Product,
        except named: Set<String>,
        most: Int
    ) -> String {
        switch field {
        case .id: product.id.rawValue
        case .title: product.title
        case .brand: product.brand ?? ""
        case .category: product.categories.map { $0.joined(separator: " > ") }.joined(separator: "; ")
        case .attributes: attributes(product, except: named, most: most)
        case .attribute(let name):
            product.attributes.filter { $0.name.lowercased() == name.lowercased() }.flatMap(\.values)
                .joined(separator: ", ")
        case .price: price(product)
        case .availability: availability(product.availability)
        case .rating: rating(product)
        case .description: product.description ?? ""
        }
    }

    private static func attributes(_ product: Product, except named: Set<String>, most: Int) -> String {
        var text = ""
        for attribute in product.attributes {
            let name = attribute.name.lowercased()
            if named.contains(name) || tradeNumbers.contains(name) { continue }
            let values = attribute.values.filter { !isAddress($0) }
            if values.isEmpty { continue }
            if !text.isEmpty { text += "; " }
            text += "\(attribute.name): \(values.joined(separator: ", "))"
            if text.utf8.count > 4 * most { break }
        }
        return text
    }

    /// Numbers that say nothing about relevance; who types one is served by the first stage.
    private static let tradeNumbers: Set<String> = [
        "gtin", "gtin8", "gtin12", "gtin13", "gtin14", "ean", "upc", "isbn", "asin", "barcode", "mpn", "sku",
    ]

    private static func isAddress(_ value: String) -> Bool {
        value.hasPrefix("http://") || value.hasPrefix("https://") || value.hasPrefix("//")
    }

    private static func price(_ product: Product) -> String {
        guard let amount = product.currentPrice, amount.isFinite else { return "" }
        // Formats of C: the same in every locale.
        return [String(format: "%.2f", amount), product.price?.currency].compactMap { $0 }.joined(separator: " ")
    }

    private static func rating(_ product: Product) -> String {
        guard let rating = product.rating, rating.isFinite else { return "" }
        let count = product.ratingCount.map { " (\($0) ratings)" } ?? ""
        return String(format: "%.1f", rating) + count
    }

    private static func availability(_ availability: Availability?) -> String {
        switch availability {
        case .inStock: "in stock"
        case .outOfStock: "out of stock"
        case .preorder: "preorder"
        case .backorder: "back order"
        case nil: ""
        }
    }
}
