import Catalog

/// Puts rows together that make one product, within a bounded window.
struct VariantGroups {
    private let grouping: Feed.Grouping
    private let window: Int
    private var open: [String: Int] = [:]
    /// Open groups by number, and the number of the oldest.
    private var groups: [Int: Group] = [:]
    private var oldest = 0
    private var newest = 0
    private var cost = 0

    private struct Group {
        /// The product's own row; nil while only variants came.
        var head: MappedRow?
        var variants: [MappedRow] = []
        var keys: Set<String>
        var cost = 0
    }

    /// No groups yet; `window` is the number of bytes held before the oldest group is closed.
    init(grouping: Feed.Grouping, window: Int) {
        self.grouping = grouping
        self.window = window
    }

    /// Takes a row; outcomes that became certain are appended to `outcomes`.
    mutating func add(_ row: MappedRow, to outcomes: inout [RowOutcome]) {
        switch grouping {
        case .none: outcomes.append(.product(row.product, row.location, original: row.original))
        case .sameID: addSameID(row, &outcomes)
        case .parent: addByParent(row, &outcomes)
        case .variantList: addListed(row, &outcomes)
        }
        while cost > window, oldest < newest { closeOldest(&outcomes) }
    }

    /// Closes all groups at the end of the file.
    mutating func finish(_ outcomes: inout [RowOutcome]) {
        while oldest < newest { closeOldest(&outcomes) }
    }

    // MARK: Joining

    private mutating func addSameID(_ row: MappedRow, _ outcomes: inout [RowOutcome]) {
        let key = row.product.id.rawValue
        if let number = open[key] {
            join(row, number, asHead: false)
        } else if row.product.title.isEmpty {
            outcomes.append(
                .rejected(
                    Reject(
                        location: row.location,
                        field: "Handle",
                        value: key,
                        reason: .variantAfterGroup(group: key),
                        original: row.original
                    )
                )
            )
        } else {
            join(row, begin([key]), asHead: true)
        }
    }

    private mutating func addByParent(_ row: MappedRow, _ outcomes: inout [RowOutcome]) {
        let type = row.type?.lowercased() ?? ""
        if type.hasPrefix("variation"), let parent = row.parent {
            let key = parent.hasPrefix("id:") ? String(parent.dropFirst(3)) : "sku:" + parent
            join(row, open[key] ?? begin([key]), asHead: false)
        } else if type.hasPrefix("variable") {
            let skus = row.product.attributes.first { $0.name == "sku" }?.values ?? []
            let keys = Set([row.product.id.rawValue] + skus.map { "sku:" + $0 } + ["sku:" + row.product.id.rawValue])
            let waiting = Set(keys.compactMap { open[$0] })
            let number = waiting.min() ?? begin(keys)
            for other in waiting.sorted() where other != number { merge(other, into: number) }
            register(keys, number)
            join(row, number, asHead: true)
        } else {
            outcomes.append(Self.outcome(of: row))
        }
    }

    private mutating func addListed(_ row: MappedRow, _ outcomes: inout [RowOutcome]) {
        let key = row.product.id.rawValue
        if !row.variants.isEmpty {
            let keys = Set(row.variants)
            let waiting = Set(keys.compactMap { open[$0] })
            let number = begin([])
            for other in waiting.sorted() { merge(other, into: number) }
            register(keys, number)
            join(row, number, asHead: true)
        } else if let number = open[key] {
            join(row, number, asHead: false)
        } else if row.visibility?.lowercased() == "not visible individually" {
            join(row, begin([key]), asHead: false)
        } else {
            outcomes.append(Self.outcome(of: row))
        }
    }

    private mutating func begin(_ keys: Set<String>) -> Int {
        groups[newest] = Group(keys: [])
        register(keys, newest)
        newest += 1
        return newest - 1
    }

    private mutating func register(_ keys: Set<String>, _ number: Int) {
        for key in keys { open[key] = number }
        groups[number]?.keys.formUnion(keys)
    }

    private mutating func join(_ row: MappedRow, _ number: Int, asHead: Bool) {
        if asHead, groups[number]?.head == nil {
            groups[number]?.head = row
        } else {
            groups[number]?.variants.append(row)
        }
        groups[number]?.cost += row.cost
        cost += row.cost
    }

    private mutating func merge(_ other: Int, into number: Int) {
        guard let group = groups.removeValue(forKey: other) else { return }
        groups[number]?.variants += group.variants
        groups[number]?.cost += group.cost
        register(group.keys, number)
    }

    // MARK: Closing

    private mutating func closeOldest(_ outcomes: inout [RowOutcome]) {
        defer { oldest += 1 }
        guard let group = groups.removeValue(forKey: oldest) else { return }
        cost -= group.cost
        for key in group.keys where open[key] == oldest { open[key] = nil }
        if let head = group.head {
            var row = Self.merged(head, group.variants)
            if grouping == .variantList, !group.variants.isEmpty {
                Self.add(Attribute("sku", group.variants.map { $0.product.id.rawValue }), to: &row.product)
            }
            outcomes.append(Self.outcome(of: row))
        } else if grouping == .parent {
            for variant in group.variants {
                let parent = variant.parent ?? ""
                outcomes.append(
                    .rejected(
                        Reject(
                            location: variant.location,
                            field: "Parent",
                            value: parent,
                            reason: .variantWithoutParent(parent: parent),
                            original: variant.original
                        )
                    )
                )
            }
        } else {
            for variant in group.variants { outcomes.append(Self.outcome(of: variant)) }
        }
    }

    private static func outcome(of row: MappedRow) -> RowOutcome {
        var row = row
        guard !row.product.title.isEmpty else {
            return .rejected(
                Reject(
                    location: row.location,
                    field: "title",
                    reason: .missingTitle(column: "the title column"),
                    original: row.original
                )
            )
        }
        addUnnamedOptions(&row.product, [row])
        applyCompareAtPrice(&row.product, row)
        return .product(row.product, row.location, original: row.original)
    }

    /// One product of a head and its variants: all their values, the lowest price, in stock where any is.
    private static func merged(_ head: MappedRow, _ variants: [MappedRow]) -> MappedRow {
        var row = head
        let rows = [head] + variants
        addUnnamedOptions(&row.product, rows)
        row.options = []
        for variant in variants {
            for attribute in variant.product.attributes { add(attribute, to: &row.product) }
            row.product.imageURL = row.product.imageURL ?? variant.product.imageURL
            row.product.description = row.product.description ?? variant.product.description
            row.original += variant.original
        }
        let priced = rows.filter { $0.product.price != nil }
        if let cheapest = priced.min(by: { current($0.product) < current($1.product) }) {
            row.product.price = cheapest.product.price
            row.product.salePrice = cheapest.product.salePrice
            row.compareAtPrice = cheapest.compareAtPrice
        }
        let said = rows.compactMap(\.product.availability)
        if !variants.isEmpty {
            let order: [Availability] = [.inStock, .preorder, .backorder, .outOfStock]
            row.product.availability = order.first(where: said.contains)
        }
        return row
    }

    private static func current(_ product: Product) -> Double {
        product.salePrice ?? product.price?.amount ?? .infinity
    }

    /// Options are named in a product's first row only.
    private static func addUnnamedOptions(_ product: inout Product, _ rows: [MappedRow]) {
        let names = rows.reduce(into: [:]) { $0.merge($1.optionNames) { first, _ in first } }
        for row in rows {
            for option in row.options {
                add(Attribute(names[option.number] ?? "option \(option.number)", option.values), to: &product)
            }
        }
        // A product without variants has one option called so in every export.
        product.attributes.removeAll { $0.name == "Title" && $0.values == ["Default Title"] }
    }

    private static func add(_ attribute: Attribute, to product: inout Product) {
        guard let place = product.attributes.firstIndex(where: { $0.name == attribute.name }) else {
            return product.attributes.append(attribute)
        }
        for value in attribute.values where !product.attributes[place].values.contains(value) {
            product.attributes[place].values.append(value)
        }
    }

    /// The price before reduction is the price, the one charged the reduced price.
    private static func applyCompareAtPrice(_ product: inout Product, _ row: MappedRow) {
        guard let before = row.compareAtPrice, let price = product.price, before > price.amount else { return }
        product.salePrice = price.amount
        product.price = Price(before, price.currency)
    }
}
