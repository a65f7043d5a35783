internal import Foundation

/// Rows of `products` as bytes ready to be bound: made on the thread that analyzes, used on the one that writes.
///
/// The rows of a batch share two arrays: arrays of each row's own would take as long to make and free as to fill.
package struct ProductRows: Sendable {
    /// The text columns, in the order of the table.
    package enum Text: Int, CaseIterable, Sendable {
        case id, title, brand, categories, attributes, description, currency, availability, url, imageURL, groupID

        /// All of them, made once: `allCases` makes a new array at every call, and this is asked for every product.
        package static let all = allCases
    }

    /// The columns that hold numbers; nil is NULL.
    package struct Numbers: Sendable {
        package let price: Double?
        package let salePrice: Double?
        package let rating: Double?
        package let ratingCount: Int64?

        /// The price a shopper pays now.
        package var currentPrice: Double? { salePrice ?? price }
    }

    /// All rows' texts one after the other, and room behind them.
    package private(set) var bytes: [UInt8] = []
    /// Bytes of `bytes` that are texts.
    package private(set) var used = 0
    /// Where each text ends in `bytes`, row by row; negative: the column is NULL, and ends where the one before it
    /// ends.
    package private(set) var ends: [Int] = []
    /// One a row.
    package private(set) var numbers: [Numbers] = []

    /// No rows.
    package init() {}

    /// Makes room for this many rows of about this many bytes.
    package mutating func reserve(rows: Int, bytes count: Int) {
        makeRoom(count)
        ends.reserveCapacity(rows * Text.all.count)
        numbers.reserveCapacity(rows)
    }

    /// Appends a product's row.
    package mutating func append(_ product: Product) {
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
        numbers.append(
            Numbers(
                price: product.price?.amount,
                salePrice: product.salePrice,
                rating: product.rating,
                ratingCount: product.ratingCount.map(Int64.init)
            )
        )
    }

    /// Where a row's texts start in `bytes`.
    package func start(of row: Int) -> Int {
        guard row > 0 else { return 0 }
        let end = ends[row * Text.all.count - 1]
        return end < 0 ? -end - 1 : end
    }

    private mutating func addNull() {
        ends.append(-used - 1)
    }

    private mutating func add(_ text: String?) {
        guard var text else { return addNull() }
        text.withUTF8 { append($0) }
        ends.append(used)
    }

    // MARK: Bytes

    // An array that always has more bytes than are used: appending one by one would check for room at each.

    private mutating func makeRoom(_ count: Int) {
        let missing = used + count - bytes.count
        if missing > 0 { bytes.append(contentsOf: repeatElement(0, count: max(missing, bytes.count))) }
    }

    private mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        makeRoom(text.count)
        bytes.withUnsafeMutableBytes { bytes in
            UnsafeMutableRawBufferPointer(rebasing: bytes[used...]).copyMemory(from: UnsafeRawBufferPointer(text))
        }
        used += text.count
    }

    private mutating func append(_ byte: UInt8) {
        if used == bytes.count { makeRoom(1) }
        bytes[used] = byte
        used += 1
    }

    // MARK: Lists as JSON: `[["color","black","white"]]`

    private mutating func add(_ lists: [[String]]?) {
        guard let lists else { return addNull() }
        append(UInt8(ascii: "["))
        for (index, list) in lists.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            append(UInt8(ascii: "["))
            for (index, value) in list.enumerated() { append(value, isFirst: index == 0) }
            append(UInt8(ascii: "]"))
        }
        append(UInt8(ascii: "]"))
        ends.append(used)
    }

    private mutating func add(attributes: [Attribute]) {
        guard !attributes.isEmpty else { return addNull() }
        append(UInt8(ascii: "["))
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            append(UInt8(ascii: "["))
            append(attribute.name, isFirst: true)
            for value in attribute.values { append(value, isFirst: false) }
            append(UInt8(ascii: "]"))
        }
        append(UInt8(ascii: "]"))
        ends.append(used)
    }

    private mutating func append(_ value: String, isFirst: Bool) {
        var value = value
        value.withUTF8 { text in
            makeRoom(text.count + 3)
            let isPlain = bytes.withUnsafeMutableBufferPointer { bytes in
                var place = used
                if !isFirst {
                    bytes[place] = UInt8(ascii: ",")
                    place += 1
                }
                bytes[place] = UInt8(ascii: "\"")
                place += 1
                used = place
                guard let base = text.baseAddress else { return true }
                let plain = ByteScan.firstSpecial(base, from: 0, to: text.count)
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[place...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<plain]))
                used = place + plain
                return plain == text.count
            }
            if !isPlain { appendEscaped(text) }
            append(UInt8(ascii: "\""))
        }
    }

    /// Appends what follows the first bytes of a text, as many of them as are plain.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else { return }
        for byte in text[ByteScan.firstSpecial(base, from: 0, to: text.count)...] {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(UInt8(ascii: "\\"))
                append(byte)
            } else if byte < 0x20 {
                for digit in "\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8 { append(digit) }
            } else {
                append(byte)
            }
        }
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
