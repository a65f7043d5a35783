internal import Catalog

/// A value that a product has in a field.
package enum FieldValue: Sendable, Hashable {
    case number(Double)
    case text(String)
    /// A category path from the root down.
    case path([String])
}

extension Filter {
    /// Whether a product satisfies the filter: the definition that index lookups have to agree with.
    ///
    /// - Parameter values: Gives a product's values of a field; none if it lacks the field. For `in_stock` the
    ///   availability's raw value.
    /// - Returns: Whether the conditions hold.
    /// - Throws: What `values` throws.
    package func matches(_ values: (FilterField) throws -> [FieldValue]) rethrows -> Bool {
        switch self {
        case .all(let parts): return try parts.allSatisfy { try $0.matches(values) }
        case .any(let parts): return try parts.contains { try $0.matches(values) }
        case .not(let part): return try !part.matches(values)
        case .compare(let field, let comparison, let value):
            return try values(field).contains { value.admits($0, comparison) }
        case .oneOf(let field, let list):
            let own = try values(field)
            return list.contains { value in own.contains { value.admits($0, .equal) } }
        case .range(let field, let lower, let upper):
            return try values(field).contains { lower.admits($0, .greaterOrEqual) && upper.admits($0, .lessOrEqual) }
        case .exists(let field): return try !values(field).isEmpty
        case .flag(let field):
            let isInStock = field.standard == .inStock
            return try values(field).contains { value in
                switch value {
                case .number(let number): return number != 0
                case .text(let text): return FlagWords.isTrueLike(text) || isInStock && text == "in_stock"
                case .path(let path): return path.count == 1 && FlagWords.isTrueLike(path[0])
                }
            }
        }
    }
}

extension FilterValue {
    /// Whether a product's value compares so with this one.
    ///
    /// By size if this value is a number (then only numbers qualify; one without a unit leaves the unit open);
    /// otherwise by folded text in the order of its UTF-8 bytes. Quoted values are equal as text, category paths
    /// when this one is the beginning of the product's.
    package func admits(_ value: FieldValue, _ comparison: FilterComparison) -> Bool {
        switch value {
        case .path(let names):
            let path = self.path
            guard comparison == .equal else {
                return Self.ordered(FilterText.folded(names.joined(separator: " > ")), text, comparison)
            }
            return !path.isEmpty && path.count <= names.count
                && zip(path, names).allSatisfy { $0 == FilterText.folded($1) }
        case .number(let number):
            guard let own = quantity else { return false }
            return Self.ordered(number, own.number, comparison)
        case .text(let other):
            if comparison == .equal, FilterText.folded(other) == FilterText.folded(text) { return true }
            if case .text = self, comparison == .equal { return false }
            guard let own = quantity else { return Self.ordered(FilterText.folded(other), text, comparison) }
            guard let theirs = Quantity(other), theirs.isComparable(with: own) else { return false }
            return Self.ordered(theirs.number, own.number, comparison)
        }
    }

    private static func ordered(_ left: Double, _ right: Double, _ comparison: FilterComparison) -> Bool {
        switch comparison {
        case .equal: return left == right
        case .less: return left < right
        case .lessOrEqual: return left <= right
        case .greater: return left > right
        case .greaterOrEqual: return left >= right
        }
    }

    private static func ordered(_ folded: String, _ unfolded: String, _ comparison: FilterComparison) -> Bool {
        let other = FilterText.folded(unfolded)
        switch comparison {
        case .equal: return folded == other
        case .less: return folded.utf8.lexicographicallyPrecedes(other.utf8)
        case .greater: return other.utf8.lexicographicallyPrecedes(folded.utf8)
        case .lessOrEqual: return !other.utf8.lexicographicallyPrecedes(folded.utf8)
        case .greaterOrEqual: return !folded.utf8.lexicographicallyPrecedes(other.utf8)
        }
    }
}
