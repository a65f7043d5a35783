/// A condition on products, as an expression such as `brand = "Sony" AND price < 300 AND in_stock` says it.
///
/// Logic is two-valued: a condition on a field the product lacks is false, and its negation true. A field with several
/// values satisfies a condition when any one of them does. So `color != "red"` is true of a product without a colour
/// and false of one that comes in red and blue: it is exactly `NOT color = "red"`, and is represented as that.
public indirect enum Filter: Sendable, Hashable {
    /// All of the conditions hold. The parser gives two or more, none of them itself `all`.
    case all([Filter])
    /// At least one of the conditions holds. The parser gives two or more, none of them itself `any`.
    case any([Filter])
    case not(Filter)
    /// A value of the field compares so with a value.
    case compare(FilterField, FilterComparison, FilterValue)
    /// A value of the field equals one of the values. Never empty when parsed.
    case oneOf(FilterField, [FilterValue])
    /// A value of the field lies between the two, both included.
    case range(FilterField, FilterValue, FilterValue)
    /// The field has a value, whatever it is.
    case exists(FilterField)
    /// The field has a true-like value ("yes", "true", "1", "是"); `in_stock`: the availability is in stock.
    case flag(FilterField)

    /// Reads an expression; see `FilterParser` for the grammar.
    ///
    /// - Throws: `FilterError` with the position and what was expected.
    public init(parsing expression: String) throws(FilterError) {
        self = try FilterParser.parse(expression)
    }
}

/// How a field's value compares with a given one. (`!=` is the negation of `equal`.)
public enum FilterComparison: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

extension Filter {
    /// All conditions hold: nested conjunctions are flattened, a single condition stays itself.
    package static func conjunction(_ parts: [Filter]) -> Filter {
        let flat = parts.flatMap { part in
            if case .all(let inner) = part { return inner }
            return [part]
        }
        return flat.count == 1 ? flat[0] : .all(flat)
    }

    /// At least one condition holds: nested disjunctions are flattened, a single condition stays itself.
    package static func disjunction(_ parts: [Filter]) -> Filter {
        let flat = parts.flatMap { part in
            if case .any(let inner) = part { return inner }
            return [part]
        }
        return flat.count == 1 ? flat[0] : .any(flat)
    }

    /// The fields that the conditions name, each once, in order of appearance.
    package var fields: [FilterField] {
        var seen = Set<FilterField>()
        var fields: [FilterField] = []
        collectFields { field in
            if seen.insert(field).inserted { fields.append(field) }
        }
        return fields
    }

    private func collectFields(_ visit: (FilterField) -> Void) {
        switch self {
        case .all(let parts), .any(let parts):
            for part in parts { part.collectFields(visit) }
        case .not(let part): part.collectFields(visit)
        case .compare(let field, _, _), .oneOf(let field, _), .range(let field, _, _), .exists(let field),
            .flag(let field):
            visit(field)
        }
    }
}
