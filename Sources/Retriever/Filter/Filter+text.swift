extension Filter: CustomStringConvertible {
    /// The expression in canonical spelling.
    ///
    /// It parses back to an equal filter if the parser could have built this one.
    ///
    /// (A list without members, which the parser never gives, is shown as `()`.)
    public var description: String {
        var text = ""
        write(into: &text, within: .or)
        return text
    }

    /// A text that is equal for filters that differ only in order, repetition, double negation or the spelling of
    /// numbers, keywords and quotes: the key of cached results.
    public var cacheKey: String {
        normalized.description
    }

    /// The filter with flattened and sorted lists, repetitions and double negations removed, numbers spelled alike.
    package var normalized: Filter {
        switch self {
        case .all(let parts): return .conjunction(Self.sorted(parts.map(\.normalized), flatten: Filter.conjunction))
        case .any(let parts): return .disjunction(Self.sorted(parts.map(\.normalized), flatten: Filter.disjunction))
        case .not(.not(let inner)): return inner.normalized
        case .not(let inner):
            // Normalizing the inside can bring a NOT to its top.
            if case .not(let innermost) = inner.normalized { return innermost }
            return .not(inner.normalized)
        case .compare(let field, let comparison, let value): return .compare(field, comparison, value.normalized)
        case .oneOf(let field, let values):
            let distinct = Set(values.map(\.normalized)).sorted { Self.precedes($0.description, $1.description) }
            return distinct.count == 1 ? .compare(field, .equal, distinct[0]) : .oneOf(field, distinct)
        case .range(let field, let lower, let upper): return .range(field, lower.normalized, upper.normalized)
        case .exists, .flag: return self
        }
    }

    private static func sorted(_ parts: [Filter], flatten: ([Filter]) -> Filter) -> [Filter] {
        var flat = parts
        // A list of one stands for itself, so the list is only taken apart where there are several.
        if parts.count > 1 {
            switch flatten(parts) {
            case .all(let inner), .any(let inner): flat = inner
            default: break
            }
        }
        var seen = Set<Filter>()
        let distinct = flat.filter { seen.insert($0).inserted }
        return distinct.map { (text: $0.description, filter: $0) }
            .sorted { precedes($0.text, $1.text) }
            .map(\.filter)
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// How tightly the surrounding expression binds.
    private enum Binding: Int {
        case or, and, not
    }

    private func write(into text: inout String, within binding: Binding) {
        switch self {
        case .all(let parts): Self.write(parts, "AND", .and, into: &text, within: binding)
        case .any(let parts): Self.write(parts, "OR", .or, into: &text, within: binding)
        case .not(.compare(let field, .equal, let value)): text += "\(field) != \(value)"
        case .not(.oneOf(let field, let values)): text += "\(field) NOT IN (\(Self.list(values)))"
        case .not(let part):
            text += "NOT "
            part.write(into: &text, within: .not)
        case .compare(let field, let comparison, let value): text += "\(field) \(comparison.rawValue) \(value)"
        case .oneOf(let field, let values): text += "\(field) IN (\(Self.list(values)))"
        case .range(let field, .number(let lower), .number(let upper)): text += "\(field) \(lower)..\(upper)"
        case .range(let field, let lower, let upper): text += "\(field) BETWEEN \(lower) AND \(upper)"
        case .exists(let field): text += "\(field) EXISTS"
        case .flag(let field): text += field.description
        }
    }

    private static func write(
        _ parts: [Filter],
        _ word: String,
        _ own: Binding,
        into text: inout String,
        within outer: Binding
    ) {
        let needsParentheses = own.rawValue < outer.rawValue || outer == .not || parts.isEmpty
        if needsParentheses { text += "(" }
        for (index, part) in parts.enumerated() {
            if index > 0 { text += " \(word) " }
            part.write(into: &text, within: own == .or ? .and : .not)
        }
        if needsParentheses { text += ")" }
    }

    private static func list(_ values: [FilterValue]) -> String {
        values.map(\.description).joined(separator: ", ")
    }
}

extension FilterField: CustomStringConvertible {
    /// The name as it is written in an expression: in quotes where it needs them.
    public var description: String {
        FilterLexer.isBareWord(name) ? name : FilterValue.quoted(name)
    }
}

extension FilterValue: CustomStringConvertible {
    /// The value as it is written in an expression: text in quotes, numbers bare.
    public var description: String {
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let text): return text
        }
    }

    /// The value with a number spelled the shortest way.
    ///
    /// Text keeps its case: it is shown, too.
    package var normalized: FilterValue {
        guard case .number = self, let quantity else { return self }
        return FilterValue(quantity.number)
    }

    static func quoted(_ text: String) -> String {
        var quoted = String.UnicodeScalarView()
        quoted.append("\"")
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }
}
