internal import CAnalyzer

/// A product's text, column by column, as it is analyzed: the one place that says what is searchable where.
package enum ProductTexts {
    /// Appends the column's text as UTF-8 to `bytes`.
    package static func append(_ column: TextColumn, of product: Product, to bytes: inout [UInt8]) {
        switch column {
        case .title:
            append(product.title, to: &bytes)
        case .brand:
            if let brand = product.brand { append(brand, to: &bytes) }
        case .category:
            for path in product.categories {
                for (depth, name) in path.enumerated() {
                    append(name, to: &bytes, after: depth == 0 ? valueBoundary : lineFeed)
                }
            }
        case .attributes:
            // Staff and returning customers type article numbers into the same box.
            append(product.id.rawValue, to: &bytes)
            for attribute in product.attributes { append(attribute, to: &bytes) }
        case .description:
            if let description = product.description { append(description, to: &bytes) }
        }
    }

    /// `waterproof: yes` is found by "waterproof", `waterproof: no` is not; other attributes are found by their values.
    private static func append(_ attribute: Attribute, to bytes: inout [UInt8]) {
        for value in attribute.values {
            switch FlagWords.yesOrNo(value) {
            case true?: append(attribute.name, to: &bytes, after: valueBoundary)
            case false?: break
            case nil: append(value, to: &bytes, after: valueBoundary)
            }
        }
    }

    /// No phrase reaches from one value to the next.
    private static let valueBoundary = UInt8(AISLE_BOUNDARY)
    private static let lineFeed: UInt8 = 0x0A

    private static func append(_ text: String, to bytes: inout [UInt8], after separator: UInt8 = lineFeed) {
        if !bytes.isEmpty { bytes.append(separator) }
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }
}

extension Product {
    /// The price a shopper pays now.
    public var currentPrice: Double? { salePrice ?? price?.amount }

    /// Calls `body` with the field values that filters and facets see, and each field's label: brand, category paths,
    /// availability, currency, group, every attribute.
    package func forEachFieldValue(_ body: (_ label: String, _ value: String) throws -> Void) rethrows {
        if let brand { try body("brand", brand) }
        for path in categories {
            guard var joined = path.first else { continue }
            try body("category", joined)
            for name in path.dropFirst() {
                joined += " > "
                joined += name
                try body("category", joined)
            }
        }
        if let availability { try body("availability", availability.rawValue) }
        if let currency = price?.currency { try body("currency", currency) }
        if let groupID { try body(FilterKey.groupField, groupID) }
        for attribute in attributes {
            for value in attribute.values { try body(attribute.name, value) }
        }
    }
}
