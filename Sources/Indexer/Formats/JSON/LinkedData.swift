/// Finds schema.org products in JSON-LD.
enum LinkedData {
    /// Types that are products.
    private static let productTypes: Set<String> = [
        "Product", "IndividualProduct", "ProductModel", "ProductGroup", "SomeProducts", "Vehicle", "Car", "Book",
    ]
    /// Keys under which products are looked for.
    private static let containers: Set<String> = [
        "@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "about",
    ]

    /// A quick look whether the object has any JSON-LD keyword.
    static func mayApply(_ tape: JSONTape, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 1
        let end = Int(tape.nodes[0].next)
        while position < end {
            let key = tape.nodes[position]
            if key.count > 0, text[Int(key.start)] == UInt8(ascii: "@") { return true }
            position = Int(tape.nodes[position + 1].next)
        }
        return false
    }

    /// The nodes of the products in a text; nil when nothing in it has a type.
    static func products(_ tape: JSONTape, _ text: UnsafeBufferPointer<UInt8>) -> [Int]? {
        var found: [Int] = []
        var isTyped = false
        collect(tape, text, 0, depth: 0, &found, &isTyped)
        return isTyped ? found : nil
    }

    private static func collect(
        _ tape: JSONTape,
        _ text: UnsafeBufferPointer<UInt8>,
        _ index: Int,
        depth: Int,
        _ found: inout [Int],
        _ isTyped: inout Bool
    ) {
        guard depth < 8 else { return }
        var position = index + 1
        let end = Int(tape.nodes[index].next)
        if tape.nodes[index].kind == .array {
            while position < end {
                collect(tape, text, position, depth: depth + 1, &found, &isTyped)
                position = Int(tape.nodes[position].next)
            }
            return
        }
        guard tape.nodes[index].kind == .object else { return }
        var inside: [Int] = []
        while position < end {
            let key = string(tape.nodes[position], text)
            if key == "@type" {
                isTyped = true
                if types(tape, text, position + 1).contains(where: productTypes.contains) {
                    found.append(index)
                    return
                }
            } else if containers.contains(key) {
                inside.append(position + 1)
            }
            position = Int(tape.nodes[position + 1].next)
        }
        for child in inside { collect(tape, text, child, depth: depth + 1, &found, &isTyped) }
    }

    private static func types(_ tape: JSONTape, _ text: UnsafeBufferPointer<UInt8>, _ index: Int) -> [String] {
        let node = tape.nodes[index]
        let range = node.kind == .array ? index + 1..<Int(node.next) : index..<index + 1
        return range.map { position in
            let name = string(tape.nodes[position], text)
            return name.split { $0 == "/" || $0 == ":" || $0 == "#" }.last.map(String.init) ?? name
        }
    }

    private static func string(_ node: JSONTape.Node, _ text: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: text[Int(node.start)..<Int(node.start) + Int(node.count)], as: UTF8.self)
    }
}
