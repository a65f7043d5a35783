internal import Foundation
internal import GRDBSQLite

/// Reads and writes rows of `products`.
package final class ProductTable {
    private let connection: OpaquePointer
    private let insert: RawStatement
    private let delete: RawStatement
    private let byNumber: RawStatement
    private let byID: RawStatement
    private let idOfNumber: RawStatement

    package init(_ connection: OpaquePointer) throws {
        let columns = """
            number, id, title, brand, categories, attributes, description, price, currency, sale_price, availability, \
            url, image_url, group_id, rating, rating_count, language
            """
        insert = try RawStatement(
            connection,
            "INSERT OR IGNORE INTO products (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        delete = try RawStatement(connection, "DELETE FROM products WHERE number = ?")
        byNumber = try RawStatement(connection, "SELECT \(columns) FROM products WHERE number = ?")
        byID = try RawStatement(connection, "SELECT number FROM products WHERE id = ?")
        idOfNumber = try RawStatement(connection, "SELECT id FROM products WHERE number = ?")
        self.connection = connection
    }

    /// Adds a product; false when its id is taken.
    package func add(_ product: Product, number: DocumentNumber, language: Language) throws -> Bool {
        insert.bind(1, Int64(number))
        insert.bind(2, product.id.rawValue)
        insert.bind(3, product.title)
        insert.bind(4, product.brand)
        insert.bind(5, product.categories.isEmpty ? nil : JSONText.encode(product.categories))
        insert.bind(
            6,
            product.attributes.isEmpty ? nil : JSONText.encode(product.attributes.map { [$0.name] + $0.values }))
        insert.bind(7, product.description)
        insert.bind(8, product.price?.amount)
        insert.bind(9, product.price?.currency)
        insert.bind(10, product.salePrice)
        insert.bind(11, product.availability?.rawValue)
        insert.bind(12, product.url)
        insert.bind(13, product.imageURL)
        insert.bind(14, product.groupID)
        insert.bind(15, product.rating)
        insert.bind(16, product.ratingCount.map(Int64.init))
        insert.bind(17, language.rawValue)
        try insert.run()
        return sqlite3_changes(connection) > 0
    }

    package func remove(_ number: DocumentNumber) throws {
        delete.bind(1, Int64(number))
        try delete.run()
    }

    /// The document number of a product id.
    package func number(of id: ProductID) throws -> DocumentNumber? {
        byID.bind(1, id.rawValue)
        defer { byID.reset() }
        return try byID.step() ? DocumentNumber(byID.int64(0)) : nil
    }

    /// The id of the product with this number.
    package func id(of number: DocumentNumber) throws -> ProductID? {
        idOfNumber.bind(1, Int64(number))
        defer { idOfNumber.reset() }
        return try idOfNumber.step() ? idOfNumber.text(0).map(ProductID.init(_:)) : nil
    }

    /// The product with this number and the language it was analyzed as.
    package func product(_ number: DocumentNumber) throws -> (product: Product, language: Language)? {
        byNumber.bind(1, Int64(number))
        defer { byNumber.reset() }
        guard try byNumber.step() else { return nil }
        let row = byNumber
        let product = Product(
            id: ProductID(row.text(1) ?? ""),
            title: row.text(2) ?? "",
            brand: row.text(3),
            categories: JSONText.decode(row.bytes(4)),
            description: row.text(6),
            price: row.double(7).map { Price($0, row.text(8)) },
            salePrice: row.double(9),
            availability: row.text(10).flatMap(Availability.init),
            url: row.text(11),
            imageURL: row.text(12),
            groupID: row.text(13),
            rating: row.double(14),
            ratingCount: row.integer(15).map(Int.init),
            attributes: JSONText.decode(row.bytes(5)).compactMap { list in
                list.first.map { Attribute($0, Array(list.dropFirst())) }
            })
        return (product, Language(rawValue: row.text(16) ?? "") ?? .none)
    }
}

/// Lists of lists of strings as JSON: `[["color","black","white"]]`. Written by hand because it is written a million
/// times; read by Foundation because it is read a hundred times a search.
private enum JSONText {
    static func encode(_ lists: [[String]]) -> String {
        var text = "["
        for (index, list) in lists.enumerated() {
            text += index == 0 ? "[" : ",["
            for (index, value) in list.enumerated() {
                text += index == 0 ? "\"" : ",\""
                append(value, to: &text)
                text += "\""
            }
            text += "]"
        }
        return text + "]"
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [[String]] {
        guard !bytes.isEmpty else { return [] }
        return (try? JSONDecoder().decode([[String]].self, from: Data(bytes))) ?? []
    }

    private static func append(_ value: String, to text: inout String) {
        let needsEscape = value.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
        guard needsEscape else {
            text += value
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
