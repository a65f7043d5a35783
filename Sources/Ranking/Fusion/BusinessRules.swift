public import Catalog
public import Retriever

/// What the shop decides whatever the stages say: applied last.
public struct BusinessRules: Sendable, Hashable {
    /// Products shown first, in this order, where they match the query and pass its filter.
    public var pinned: [ProductID]
    /// Products shown below all other candidates, in the order they have among themselves.
    public var buried: Set<ProductID>
    /// Products never shown; totals and facets do not count them.
    public var hidden: Set<ProductID>

    /// Products that pass this are never shown either; nil hides none.
    public var hiddenFilter: Filter?

    /// Rules; without arguments there are none.
    public init(
        pinned: [ProductID] = [],
        buried: Set<ProductID> = [],
        hidden: Set<ProductID> = [],
        hiddenFilter: Filter? = nil
    ) {
        self.pinned = pinned
        self.buried = buried
        self.hidden = hidden
        self.hiddenFilter = hiddenFilter
    }

    /// Both rules together: pins of the first come first, everything hidden by one is hidden.
    public func joined(_ other: BusinessRules) -> BusinessRules {
        let filters = [hiddenFilter, other.hiddenFilter].compactMap { $0 }
        return BusinessRules(
            pinned: pinned + other.pinned.filter { !pinned.contains($0) },
            buried: buried.union(other.buried),
            hidden: hidden.union(other.hidden),
            hiddenFilter: filters.count > 1 ? .any(filters) : filters.first
        )
    }

    /// What a rule did to a hit.
    public enum Effect: String, Sendable {
        case pinned
        case buried
    }

    /// What the rules do to a product; a product that is pinned and buried is pinned.
    func effect(on id: ProductID) -> Effect? {
        if pinned.contains(id) { return .pinned }
        return buried.contains(id) ? .buried : nil
    }

    /// A filter that leaves the hidden products out.
    func restricting(_ filter: Filter?) -> Filter? {
        let filter = Self.leaving(hidden, outOf: filter)
        guard let without = hiddenFilter.map(Filter.not) else { return filter }
        return filter.map { .all([$0, without]) } ?? without
    }

    /// A filter that leaves products out.
    static func leaving(_ ids: Set<ProductID>, outOf filter: Filter?) -> Filter? {
        guard !ids.isEmpty else { return filter }
        let without = Filter.not(.oneOf(FilterField("id"), ids.sorted().map { .text($0.rawValue) }))
        return filter.map { .all([$0, without]) } ?? without
    }

    /// The order with pinned products first and buried ones last.
    func applied<Element>(to elements: [Element], id: (Element) -> ProductID) -> [Element] {
        guard !pinned.isEmpty || !buried.isEmpty else { return elements }
        let places = Dictionary(pinned.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        let first = elements.filter { places[id($0)] != nil }
            .sorted { places[id($0), default: 0] < places[id($1), default: 0] }
        let rest = elements.filter { places[id($0)] == nil }
        return first + rest.filter { !buried.contains(id($0)) } + rest.filter { buried.contains(id($0)) }
    }
}
