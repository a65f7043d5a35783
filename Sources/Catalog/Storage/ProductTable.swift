internal import GRDBSQLite

/// Reads and writes rows of `products`.
package final class ProductTable {
    private let connection: OpaquePointer
    private let insert: RawStatement
    private let delete: RawStatement
    private let byNumber: RawStatement
    private let byID: RawStatement
    private let idOfNumber: RawStatement
    private let titleOfNumber: RawStatement

    package init(_ connection: OpaquePointer) throws {
        let columns = """
            number, id, title, brand, categories, attributes, description, currency, availability, url, image_url, \
            group_id, price, sale_price, rating, rating_count, language
            """
        insert = try RawStatement(
            connection,
            "INSERT OR IGNORE INTO products (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        delete = try RawStatement(connection, "DELETE FROM products WHERE number = ?")
        byNumber = try RawStatement(connection, "SELECT \(columns) FROM products WHERE number = ?")
        byID = try RawStatement(connection, "SELECT number FROM products WHERE id = ?")
        idOfNumber = try RawStatement(connection, "SELECT id FROM products WHERE number = ?")
        titleOfNumber = try RawStatement(connection, "SELECT title, language FROM products WHERE number = ?")
        self.connection = connection
    }

    /// Adds the `index`-th of the rows; false when its id is taken.
    package func add(_ rows: ProductRows, _ index: Int, number: DocumentNumber, language: Language) throws -> Bool {
        try rows.bytes.withUnsafeBytes { bytes in
            insert.bind(1, Int64(number))
            let first = index * ProductRows.Text.all.count
            var start = rows.start(of: index)
            for text in 0..<ProductRows.Text.all.count {
                let end = rows.ends[first + text]
                if end < 0 {
                    insert.bind(Int32(text) + 2, nil as Int64?)
                } else {
                    insert.bind(Int32(text) + 2, borrowedText: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    start = end
                }
            }
            let numbers = rows.numbers[index]
            insert.bind(13, numbers.price)
            insert.bind(14, numbers.salePrice)
            insert.bind(15, numbers.rating)
            insert.bind(16, numbers.ratingCount)
            insert.bind(17, language.rawValue)
            try insert.run()
        }
        return sqlite3_changes(connection) > 0
    }

    /// Removes a row.
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

    /// The title of the product with this number, and the language it was analyzed as.
    package func title(of number: DocumentNumber) throws -> (title: String, language: Language)? {
        titleOfNumber.bind(1, Int64(number))
        defer { titleOfNumber.reset() }
        guard try titleOfNumber.step(), let title = titleOfNumber.text(0) else { return nil }
        return (title, Language(rawValue: titleOfNumber.text(1) ?? "") ?? .none)
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
            categories: ProductRows.lists(row.bytes(4)),
            description: row.text(6),
            price: row.double(12).map { Price($0, row.text(7)) },
            salePrice: row.double(13),
            availability: row.text(8).flatMap(Availability.init),
            url: row.text(9),
            imageURL: row.text(10),
            groupID: row.text(11),
            rating: row.double(14),
            ratingCount: row.integer(15).map(Int.init),
            attributes: ProductRows.lists(row.bytes(5)).compactMap { list in
                list.first.map { Attribute($0, Array(list.dropFirst())) }
            }
        )
        return (product, Language(rawValue: row.text(16) ?? "") ?? .none)
    }
}
