import Catalog
import Foundation
import Retriever
import Statistics

/// Small shops that tests search.
enum Shop {
    static func product(_ id: String, _ title: String, _ change: (inout Product) -> Void = { _ in }) -> Product {
        var product = Product(id: ProductID(id), title: title)
        change(&product)
        return product
    }

    /// Values longer than an index key has room for, alike in its length and different behind it.
    static let longValues = ["Dry clean only", "dry clean only", "Wash by hand"].map {
        String(repeating: "Please read the label before you do anything. ", count: 5) + $0
    }

    /// Products with every kind of field, some missing, spelled in several ways.
    static func random(_ count: Int, _ random: inout SplitMix64) -> [Product] {
        let brands = ["Sony", "SONY", "ＳＯＮＹ", "Bosch", "Zanussi AG", "苹果", "Éclair", "O\"Neil"]
        let colors = ["Red", "red", "Deep Red", "Black", "白色", "blau", "5", "10.50", "Émeraude"]
        let sizes = ["10", "9.5", "15.6 inch", "2 kg", "2 KG", "500 g", "XL", "1e2", "-3", "007"]
        let paths = [
            ["Computers", "Laptops"], ["Computers", "Laptops", "Gaming"], ["Computers"], ["厨房", "Töpfe"], ["Sale"],
        ]
        let words = ["lamp", "cable", "sofa", "phone", "case", "charger", "leather", "mini", "pro", "green"]
        return (0..<count).map { number in
            var product = Product(id: ProductID("p\(number * 7919 % 10_007)"), title: "")
            product.title = (0...Int.random(in: 0..<4, using: &random)).map { _ in
                words.randomElement(using: &random) ?? ""
            }
            .joined(separator: " ")
            if Bool.random(using: &random) { product.brand = brands.randomElement(using: &random) }
            product.categories = paths.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            if Int.random(in: 0..<5, using: &random) > 0 {
                product.price = Price(Double(Int.random(in: 0...40, using: &random)) / 4)
            }
            if product.price != nil, Int.random(in: 0..<5, using: &random) == 0 { product.salePrice = 1.5 }
            product.price?.currency = ["USD", "EUR", nil].randomElement(using: &random) ?? nil
            if Bool.random(using: &random) { product.ratingCount = Int.random(in: 0...10, using: &random) }
            if Bool.random(using: &random) {
                product.availability = Availability.allCases.randomElement(using: &random)
            }
            if Bool.random(using: &random) { product.rating = Double(Int.random(in: 0...10, using: &random)) / 2 }
            if Int.random(in: 0..<3, using: &random) == 0 {
                product.groupID = "G\(Int.random(in: 0..<5, using: &random))"
            }
            let own = colors.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
            if !own.isEmpty { product.attributes.append(Attribute("Color", own)) }
            if Bool.random(using: &random), let size = sizes.randomElement(using: &random) {
                product.attributes.append(Attribute("Screen Size", [size]))
            }
            if Int.random(in: 0..<3, using: &random) == 0, let note = longValues.randomElement(using: &random) {
                product.attributes.append(Attribute("Note", [note]))
            }
            if let flag = ["yes", "No", "true", "是", "1", nil].randomElement(using: &random) ?? nil {
                product.attributes.append(Attribute("wireless", [flag]))
            }
            return product
        }
    }

    /// What a product has in a field, straight from the model.
    static func values(_ product: Product, _ field: FilterField) -> [FieldValue] {
        switch field.standard {
        case .price: return product.currentPrice.map { [.number($0)] } ?? []
        case .rating: return product.rating.map { [.number($0)] } ?? []
        case .salePrice: return product.salePrice.map { [.number($0)] } ?? []
        case .ratingCount: return product.ratingCount.map { [.number(Double($0))] } ?? []
        case .currency: return product.price?.currency.map { [.text($0)] } ?? []
        case .brand: return product.brand.map { [.text($0)] } ?? []
        case .availability, .inStock: return product.availability.map { [.text($0.rawValue)] } ?? []
        case .groupID: return product.groupID.map { [.text($0)] } ?? []
        case .category: return product.categories.map { .path($0) }
        default:
            return product.attributes.filter { FilterText.folded($0.name) == name(field) }.flatMap(\.values).map {
                .text($0)
            }
        }
    }

    private static func name(_ field: FilterField) -> String {
        FilterText.folded(field.name).replacingOccurrences(of: "_", with: " ")
    }
}
