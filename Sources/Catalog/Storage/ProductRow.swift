internal import Foundation

/// The texts of a row of `products` as bytes ready to be bound: made on the thread that analyzes, used on the one that
/// writes.
package struct ProductRow: Sendable {
    /// The text columns, in the order of the table.
    package enum Text: Int, CaseIterable, Sendable {
        case id, title, brand, categories, attributes, description, currency, availability, url, imageURL, groupID

        /// All of them, made once: `allCases` makes a new array at every call, and this is asked for every product.
        package static let all = allCases
    }

    /// All texts one after the other.
    package private(set) var bytes: [UInt8] = []
    /// Where each text ends in `bytes`; negative: the column is NULL, and ends where the one before it ends.
    package private(set) var ends: [Int32] = []

    package init(_ product: Product) {
        bytes.reserveCapacity(256 + (product.description?.utf8.count ?? 0) + product.title.utf8.count)
        ends.reserveCapacity(Text.allCases.count)
        add(product.id.rawValue)
        add(product.title)
        add(product.brand)
        add(product.categories.isEmpty ? nil : product.categories)
        add(attributes: product.attributes)
        add(product.description)
        add(product.price?.currency)
        add(product.availability?.rawValue)
        add(product.url)
        add(product.imageURL)
        add(product.groupID)
    }

    private mutating func add(_ text: String?) {
        guard let text else { return ends.append(-Int32(bytes.count) - 1) }
        bytes.append(contentsOf: text.utf8)
        ends.append(Int32(bytes.count))
    }

    // MARK: Lists as JSON: `[["color","black","white"]]`

    private mutating func add(_ lists: [[String]]?) {
        guard let lists else { return ends.append(-Int32(bytes.count) - 1) }
        bytes.append(UInt8(ascii: "["))
        for (index, list) in lists.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "["))
            for (index, value) in list.enumerated() { append(value, isFirst: index == 0) }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "]"))
        ends.append(Int32(bytes.count))
    }

    private mutating func add(attributes: [Attribute]) {
        guard !attributes.isEmpty else { return ends.append(-Int32(bytes.count) - 1) }
        bytes.append(UInt8(ascii: "["))
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(UInt8(ascii: "["))
            append(attribute.name, isFirst: true)
            for value in attribute.values { append(value, isFirst: false) }
            bytes.append(UInt8(ascii: "]"))
        }
        bytes.append(UInt8(ascii: "]"))
        ends.append(Int32(bytes.count))
    }

    private mutating func append(_ value: String, isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { text in
            let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            if isPlain { return bytes.append(contentsOf: text) }
            for byte in text {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
                } else if byte < 0x20 {
                    bytes.append(contentsOf: Array("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8))
                } else {
                    bytes.append(byte)
                }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Reads what `add` wrote.
    ///
    /// Written by hand because it is written a million times; read by Foundation because it is read a hundred times a
    /// search.
    static func lists(_ bytes: UnsafeRawBufferPointer) -> [[String]] {
        guard !bytes.isEmpty else { return [] }
        return (try? JSONDecoder().decode([[String]].self, from: Data(bytes))) ?? []
    }
}
