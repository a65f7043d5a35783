/// Finds schema.org products in a JSON-LD text, and the groups they are variants of.
struct LinkedData {
    /// An object that is read as a record.
    struct Item {
        var node: Int
        var link: ProductLink?
        /// The group whose variants the object stands among, and the value of its `hasVariant`.
        var list: (group: Int, value: Int)?

        /// Whether it counts; what a variant says of its group stands in the variant's own row.
        var isRow: Bool { link?.role != .definition }
    }

    private let tape: JSONTape
    private let text: UnsafeBufferPointer<UInt8>
    /// Where the text starts in the file: tells groups without an identifier apart.
    private let offset: Int
    private var groups: [Item] = []
    private var products: [Item] = []
    private var isTyped = false

    /// Types that are products.
    private static let productTypes: Set<String> = [
        "Product", "IndividualProduct", "ProductModel", "ProductGroup", "SomeProducts", "Vehicle", "Car", "Book",
    ]
    /// Keys under which products are looked for.
    private static let containers: Set<String> = [
        "@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "about",
    ]
    /// Objects with no other keys only say which one is meant.
    private static let referenceKeys: Set<String> = ["@id", "@type", "url", "productGroupID"]
    /// Members that lead to other records and are no fields.
    static let linkKeys: [StaticString] = ["hasVariant", "isVariantOf"]

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

    /// The products in a text and, before them, what groups say; nil when nothing in it has a type.
    ///
    /// `offset` is where the text starts in its file, in bytes.
    static func items(_ tape: JSONTape, _ text: UnsafeBufferPointer<UInt8>, offset: Int) -> [Item]? {
        var found = LinkedData(tape, text, offset)
        found.collect(0, depth: 0)
        return found.isTyped ? found.groups + found.products : nil
    }

    private init(_ tape: JSONTape, _ text: UnsafeBufferPointer<UInt8>, _ offset: Int) {
        self.tape = tape
        self.text = text
        self.offset = offset
    }

    private mutating func collect(_ index: Int, depth: Int) {
        guard depth < 8 else { return }
        guard tape.nodes[index].kind == .object else {
            if tape.nodes[index].kind == .array {
                for element in elements(index) { collect(element, depth: depth + 1) }
            }
            return
        }
        var inside: [Int] = []
        for (key, value) in members(index) {
            if key == "@type" {
                isTyped = true
                let types = types(value)
                if types.contains(where: Self.productTypes.contains) {
                    return add(index, isGroup: types.contains("ProductGroup"), depth: depth)
                }
            } else if Self.containers.contains(key) {
                inside.append(value)
            }
        }
        for child in inside { collect(child, depth: depth + 1) }
    }

    // MARK: Groups and variants

    private mutating func add(_ index: Int, isGroup: Bool, depth: Int) {
        let list = member("hasVariant", of: index)
        guard isGroup || list != nil else { return addProduct(index) }
        var link = group(index)
        var variants: [Int] = []
        for child in list.map(elements) ?? [] {
            if isReference(child) {
                link.variants += names(child)
            } else {
                variants.append(child)
            }
        }
        if !variants.isEmpty { link.role = .groupOfListed }
        groups.append(Item(node: index, link: link))
        guard let list else { return }
        for child in variants {
            if depth < 8, member("hasVariant", of: child) != nil {
                add(child, isGroup: true, depth: depth + 1)
            } else {
                addProduct(child, among: Item(node: index, link: link, list: (index, list)))
            }
        }
    }

    private mutating func addProduct(_ index: Int, among group: Item? = nil) {
        var link = ProductLink(role: .product, names: member("@id", of: index).flatMap(string).map { [$0] } ?? [])
        if let own = group?.link {
            link.groups = own.names
            link.groupID = own.groupID
        }
        for parent in member("isVariantOf", of: index).map(elements) ?? [] {
            if !isReference(parent) {
                var said = self.group(parent)
                said.role = .definition
                groups.append(Item(node: parent, link: said))
                link.groups += said.names
                link.groupID = link.groupID ?? said.groupID
            } else {
                link.groups += names(parent)
                link.groupID = link.groupID ?? groupID(parent)
            }
        }
        link.groups += member("inProductGroupWithID", of: index).flatMap(string).map { [$0] } ?? []
        let isLinked = !(link.names.isEmpty && link.groups.isEmpty)
        products.append(Item(node: index, link: isLinked ? link : nil, list: group?.list))
    }

    /// What a group is called, as far as it says so, and a name nobody else has.
    private func group(_ index: Int) -> ProductLink {
        var link = ProductLink(role: .group, names: names(index))
        link.names.append("\u{0}\(offset + Int(tape.nodes[index].start))")
        link.groupID = groupID(index)
        return link
    }

    /// What an object, or the name of one, is called.
    private func names(_ index: Int) -> [String] {
        guard tape.nodes[index].kind == .object else { return string(index).map { [$0] } ?? [] }
        return ["productGroupID", "@id"].compactMap { member($0, of: index).flatMap(string) }
    }

    /// What tells a group from those of other pages: a relative `@id` is a page's own.
    private func groupID(_ index: Int) -> String? {
        guard tape.nodes[index].kind == .object else { return string(index) }
        let id = member("@id", of: index).flatMap(string)
        let isRelative = id.map { $0.hasPrefix("#") || $0.hasPrefix("_:") } ?? true
        let better = ["productGroupID", "productID", "sku"].lazy.compactMap { member($0, of: index).flatMap(string) }
        return better.first ?? (isRelative ? member("url", of: index).flatMap(string) ?? id : id)
    }

    private func isReference(_ index: Int) -> Bool {
        tape.nodes[index].kind != .object || members(index).allSatisfy { Self.referenceKeys.contains($0.key) }
    }

    // MARK: Nodes

    private func members(_ object: Int) -> [(key: String, value: Int)] {
        var members: [(String, Int)] = []
        var position = object + 1
        let end = Int(tape.nodes[object].next)
        while position < end {
            members.append((raw(tape.nodes[position]), position + 1))
            position = Int(tape.nodes[position + 1].next)
        }
        return members
    }

    private func member(_ key: StaticString, of object: Int) -> Int? {
        var position = object + 1
        let end = Int(tape.nodes[object].next)
        while position < end {
            let node = tape.nodes[position]
            let bytes = text[Int(node.start)..<Int(node.start) + Int(node.count)]
            if key.withUTF8Buffer({ $0.elementsEqual(bytes) }) { return position + 1 }
            position = Int(tape.nodes[position + 1].next)
        }
        return nil
    }

    /// An array's elements; any other value alone.
    private func elements(_ index: Int) -> [Int] {
        guard tape.nodes[index].kind == .array else { return [index] }
        var elements: [Int] = []
        var position = index + 1
        let end = Int(tape.nodes[index].next)
        while position < end {
            elements.append(position)
            position = Int(tape.nodes[position].next)
        }
        return elements
    }

    private func types(_ index: Int) -> [String] {
        elements(index).map { position in
            let name = raw(tape.nodes[position])
            return name.split { $0 == "/" || $0 == ":" || $0 == "#" }.last.map(String.init) ?? name
        }
    }

    /// A string's or number's text; nil for others and where there is none.
    private func string(_ index: Int) -> String? {
        let node = tape.nodes[index]
        guard node.count > 0 else { return nil }
        switch node.kind {
        case .string, .number: return raw(node)
        case .escapedString:
            let scratch = ByteScratch()
            JSONStrings.decode(UnsafeBufferPointer(rebasing: text[range(node)]), into: scratch)
            return String(decoding: scratch.bytes, as: UTF8.self)
        default: return nil
        }
    }

    private func raw(_ node: JSONTape.Node) -> String { String(decoding: text[range(node)], as: UTF8.self) }

    private func range(_ node: JSONTape.Node) -> Range<Int> { Int(node.start)..<Int(node.start) + Int(node.count) }
}
