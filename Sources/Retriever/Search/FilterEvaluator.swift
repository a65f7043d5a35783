internal import Catalog
internal import Foundation
internal import Synchronization

/// Turns a filter into the set of products that pass it.
struct FilterEvaluator {
    let snapshot: IndexSnapshot
    let session: IndexSession

    /// The set, from the snapshot's cache where it is.
    ///
    /// Throws `RetrieverError.unknownField`, `.wrongComparison`.
    func documents(passing filter: Filter) throws -> DocumentSet {
        // Written down, an empty AND and an empty OR look the same.
        guard !filter.hasEmptyGroup else { return try evaluate(filter) }
        let key = filter.cacheKey
        if let known = snapshot.filters.withLock({ $0[key] }) { return known }
        let set = try evaluate(filter)
        snapshot.filters.withLock { $0[key] = set }
        return set
    }

    /// All live products.
    func live() -> DocumentSet {
        if let known = snapshot.filters.withLock({ $0[""] }) { return known }
        var set = DocumentSet(rangeCount: snapshot.columns.rangeCount)
        for number in 0..<DocumentNumber(snapshot.columns.rangeCount * DocumentRange.capacity)
        where snapshot.columns.isLive(number) { set.insert(number) }
        snapshot.filters.withLock { $0[""] = set }
        return set
    }

    private func evaluate(_ filter: Filter) throws -> DocumentSet {
        switch filter {
        case .all(let parts):
            // Small sets first would not help: sets are bit maps and cost the same.
            guard let first = parts.first else { return live() }
            return try parts.dropFirst().reduce(into: try evaluate(first)) { try $0.formIntersection(evaluate($1)) }
        case .any(let parts):
            guard let first = parts.first else { return DocumentSet(rangeCount: snapshot.columns.rangeCount) }
            return try parts.dropFirst().reduce(into: try evaluate(first)) { try $0.formUnion(evaluate($1)) }
        case .not(let part):
            return try evaluate(part).complement(in: live())
        case .compare(let field, let comparison, let value):
            return try select(field, equal: comparison == .equal ? [value] : nil) { value.admits($0, comparison) }
        case .oneOf(let field, let values):
            return try select(field, equal: values) { own in values.contains { $0.admits(own, .equal) } }
        case .range(let field, let lower, let upper):
            return try select(field, equal: nil) { own in
                lower.admits(own, .greaterOrEqual) && upper.admits(own, .lessOrEqual)
            }
        case .exists(let field):
            return try select(field, equal: nil, where: nil)
        case .flag(let field):
            if field.standard == .inStock {
                let inStock = FilterValue.text(Availability.inStock.rawValue)
                return try select(FilterField("availability"), equal: [inStock]) { inStock.admits($0, .equal) }
            }
            return try select(field, equal: nil) { own in
                switch own {
                case .number(let number): number != 0
                case .text(let text): FlagWords.isTrueLike(text)
                case .path(let path): path.count == 1 && FlagWords.isTrueLike(path[0])
                }
            }
        }
    }

    /// Products with a value of the field that passes.
    ///
    /// `equal`: only these values can pass, where they are texts. `passes`: nil lets every value pass.
    private func select(
        _ field: FilterField,
        equal: [FilterValue]?,
        where passes: ((FieldValue) -> Bool)?
    ) throws -> DocumentSet {
        if let column = NumberColumn(field) { return numbers(column, where: passes ?? { _ in true }) }
        if field.standard == .id { return try products(field, equal: equal, all: passes == nil) }
        let name = try filterName(field)
        var set = DocumentSet(rangeCount: snapshot.columns.rangeCount)
        let start = FilterKey.prefix(field: name)
        for prefix in exactPrefixes(name, equal) ?? [start] {
            try session.eachTerm(prefix: prefix) { key, list in
                let value = key.withUnsafeBytes { FilterKey.value(in: $0, prefixLength: start.count) }
                guard let value else { return true }
                let isIn = try passes.map { passes in
                    passes(fieldValue(field, try session.spelling(value, key: key, field: name, of: list)))
                }
                if isIn ?? true { set.insert(list) }
                return true
            }
        }
        set.formIntersection(live())
        return set
    }

    /// Where equality with texts is asked for, the keys can be named; numbers may be spelled in many ways.
    private func exactPrefixes(_ name: String, _ values: [FilterValue]?) -> [[UInt8]]? {
        guard let values else { return nil }
        var prefixes: [[UInt8]] = []
        for value in values {
            guard case .text(let text) = value else { return nil }
            let folded = name == "category" ? value.path.joined(separator: " > ") : FilterText.folded(text)
            prefixes.append(FilterKey.prefix(field: name, value: folded))
        }
        return prefixes.uniqued()
    }

    /// Products by id, exactly as the feed spells it.
    private func products(_ field: FilterField, equal ids: [FilterValue]?, all: Bool) throws -> DocumentSet {
        if all { return live() }
        guard let ids else {
            throw RetrieverError.wrongComparison(field: field.name, reason: "ids are compared with =, != and IN")
        }
        var set = DocumentSet(rangeCount: snapshot.columns.rangeCount)
        for id in ids {
            if let number = try session.products.number(of: ProductID(id.text)) { set.insert(number) }
        }
        return set
    }

    private func fieldValue(_ field: FilterField, _ text: String) -> FieldValue {
        field.standard == .category ? .path(text.components(separatedBy: " > ")) : .text(text)
    }

    /// The name a field's keys start with.
    ///
    /// Throws for fields that are not kept as keys.
    private func filterName(_ field: FilterField) throws -> String {
        switch field.standard {
        case .brand: return "brand"
        case .category: return "category"
        case .availability, .inStock: return "availability"
        case .groupID: return FilterKey.groupField
        case .currency: return "currency"
        case .title, .description, .id, .price, .salePrice, .rating, .ratingCount:
            throw RetrieverError.wrongComparison(
                field: field.name,
                reason: """
                    its words are for the query; filters know id, brand, category, price, sale_price, currency, \
                    rating, rating_count, availability, in_stock, group_id and attributes
                    """
            )
        case nil:
            let name = FilterKey.fieldName(field.name)
            guard snapshot.fields[name] != nil else {
                throw RetrieverError.unknownField(name: field.name, known: snapshot.fields.keys.sorted())
            }
            return name
        }
    }

    private func numbers(_ column: NumberColumn, where passes: (FieldValue) -> Bool) -> DocumentSet {
        var set = DocumentSet(rangeCount: snapshot.columns.rangeCount)
        for number in 0..<DocumentNumber(snapshot.columns.rangeCount * DocumentRange.capacity)
        where snapshot.columns.isLive(number) {
            let value = snapshot.columns.number(column, number)
            if !value.isNaN, passes(.number(value)) { set.insert(number) }
        }
        return set
    }
}

extension Filter {
    /// Whether an AND or OR of nothing is in it; no expression has one, but programs can make one.
    fileprivate var hasEmptyGroup: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.isEmpty || parts.contains(where: \.hasEmptyGroup)
        case .not(let part): part.hasEmptyGroup
        case .compare, .oneOf, .range, .exists, .flag: false
        }
    }
}

extension NumberColumn {
    /// The column of a field that is kept as numbers.
    init?(_ field: FilterField) {
        switch field.standard {
        case .price: self = .price
        case .salePrice: self = .salePrice
        case .rating: self = .rating
        case .ratingCount: self = .ratingCount
        default: return nil
        }
    }
}
