import Catalog

/// Gives variants what they leave to their group to say, within a bounded window.
///
/// Every variant stays a product, with the group's identifier: other than in `VariantGroups`, where rows become one.
struct LinkedGroups {
    private let window: Int
    /// Groups by what they are called, and by what they call their variants.
    private var open: [String: Int] = [:]
    private var members: [String: Int] = [:]
    /// Open groups by number, and the number of the oldest.
    private var groups: [Int: Group] = [:]
    private var oldest = 0
    private var newest = 0
    private var cost = 0
    /// Rows that became no products because their variants did.
    private(set) var expanded = 0

    private struct Group {
        /// The group's own row; nil while only variants came.
        var head: MappedRow?
        var role = ProductLink.Role.group
        var waiting: [MappedRow] = []
        var hasVariants = false
        var names: Set<String> = []
        var members: Set<String> = []
        var cost = 0
    }

    /// No groups yet; `window` is the number of bytes held before the oldest group is closed.
    init(window: Int) {
        self.window = window
    }

    /// Takes a linked row; outcomes that became certain are appended to `outcomes`.
    mutating func add(_ row: MappedRow, _ link: ProductLink, to outcomes: inout [RowOutcome]) {
        switch link.role {
        case .product: addProduct(row, link, &outcomes)
        case .definition where names(link.names, areOf: .group, .groupOfListed): break
        case .group, .groupOfListed, .definition: addGroup(row, link, &outcomes)
        }
        while cost > window, oldest < newest { closeOldest(&outcomes) }
    }

    /// Closes all groups at the end of the file.
    mutating func finish(_ outcomes: inout [RowOutcome]) {
        while oldest < newest { closeOldest(&outcomes) }
    }

    // MARK: Joining

    /// Whether a group with one of these roles and names is open; it takes the other names, too.
    private mutating func names(_ names: [String], areOf roles: ProductLink.Role...) -> Bool {
        let known = names.compactMap { open[$0] }.first { number in
            groups[number].map { $0.head != nil && roles.contains($0.role) } ?? false
        }
        guard let known else { return false }
        register(names, known)
        return true
    }

    private mutating func addProduct(_ row: MappedRow, _ link: ProductLink, _ outcomes: inout [RowOutcome]) {
        let asked = link.groups.compactMap { open[$0] }
        let listed = link.names.compactMap { members.removeValue(forKey: $0) }
        if let number = (asked + listed).first(where: { groups[$0]?.head != nil }) {
            groups[number]?.hasVariants = true
            outcomes.append(Self.outcome(of: row, link, in: groups[number]?.head))
        } else if link.groups.isEmpty {
            outcomes.append(Self.outcome(of: row, link, in: nil))
        } else {
            let number = asked.first ?? begin()
            register(link.groups, number)
            groups[number]?.waiting.append(row)
            hold(row, number)
        }
    }

    private mutating func addGroup(_ row: MappedRow, _ link: ProductLink, _ outcomes: inout [RowOutcome]) {
        let known = Set(link.names.compactMap { open[$0] })
        let number = begin()
        groups[number]?.head = row
        groups[number]?.role = link.role
        hold(row, number)
        // Of several groups with a name, pages that call theirs alike, the latest is meant.
        register(link.names, number)
        for variant in link.variants { members[variant] = number }
        groups[number]?.members = Set(link.variants)
        for other in known.sorted() where groups[other]?.head == nil {
            guard let early = groups.removeValue(forKey: other) else { continue }
            cost -= early.cost
            register(Array(early.names), number)
            groups[number]?.hasVariants = true
            for variant in early.waiting {
                guard let link = variant.link else { continue }
                outcomes.append(Self.outcome(of: variant, link, in: row))
            }
        }
    }

    private mutating func begin() -> Int {
        groups[newest] = Group()
        newest += 1
        return newest - 1
    }

    private mutating func register(_ names: [String], _ number: Int) {
        for name in names { open[name] = number }
        groups[number]?.names.formUnion(names)
    }

    private mutating func hold(_ row: MappedRow, _ number: Int) {
        groups[number]?.cost += row.cost
        cost += row.cost
    }

    // MARK: Closing

    private mutating func closeOldest(_ outcomes: inout [RowOutcome]) {
        defer { oldest += 1 }
        guard let group = groups.removeValue(forKey: oldest) else { return }
        cost -= group.cost
        for name in group.names where open[name] == oldest { open[name] = nil }
        for member in group.members where members[member] == oldest { members[member] = nil }
        for variant in group.waiting {
            guard let link = variant.link else { continue }
            outcomes.append(Self.outcome(of: variant, link, in: nil))
        }
        guard let head = group.head, let link = head.link else { return }
        switch group.role {
        case .group where !group.hasVariants: outcomes.append(Self.outcome(of: head, link, in: nil))
        case .group, .groupOfListed: expanded += 1
        case .definition, .product: break
        }
    }

    private static func outcome(of row: MappedRow, _ link: ProductLink, in group: MappedRow?) -> RowOutcome {
        var product = row.product
        if let group { product.inherit(from: group.product) }
        product.groupID = product.groupID ?? group?.link?.groupID ?? link.groupID
        guard product.title.isEmpty else { return .product(product, row.location, original: row.original) }
        let isOrphan = group == nil && !link.groups.isEmpty
        return .rejected(
            Reject(
                location: row.location,
                field: isOrphan ? "isVariantOf" : "name",
                value: isOrphan ? link.groups.last : nil,
                reason: isOrphan
                    ? .variantWithoutParent(parent: link.groups.last ?? "")
                    : .missingTitle(column: "\"name\""),
                original: row.original
            )
        )
    }
}

extension Product {
    /// Attributes that tell one variant from another, whatever its group has.
    private static let ownAttributes: Set<String> = ["sku", "productID", "gtin", "mpn"]

    /// Takes from the group of a variant what it does not say itself.
    fileprivate mutating func inherit(from group: Product) {
        if title.isEmpty { title = group.title }
        brand = brand ?? group.brand
        description = description ?? group.description
        if categories.isEmpty { categories = group.categories }
        url = url ?? group.url
        imageURL = imageURL ?? group.imageURL
        if rating == nil, ratingCount == nil { (rating, ratingCount) = (group.rating, group.ratingCount) }
        // An offer is taken as a whole.
        if price == nil {
            (price, salePrice) = (group.price, group.salePrice)
            availability = availability ?? group.availability
        }
        groupID = groupID ?? group.groupID
        let stated = Self.ownAttributes.union(attributes.map(\.name))
        attributes += group.attributes.filter { !stated.contains($0.name) }
    }
}
