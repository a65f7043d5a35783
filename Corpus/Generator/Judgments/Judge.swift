/// Grades pages by what the generator knows of them.
///
/// docs/evaluation.md has the rules in words.
struct Judge {
    let types: ProductTypes
    let vocabulary: Vocabulary
    /// The needs that a product has, and those that its page states.
    let needs: (Listing) -> (all: [String], stated: [String])

    /// The grade of one page for one query.
    func grade(_ listing: Listing, _ ask: Ask) -> Grade {
        let type = listing.concept.model.type
        let isAsked = ask.types.isEmpty || ask.types.contains(type.id)
        let excluded =
            ask.excludedTypes.contains(type.id)
            || ask.conditions.contains { $0.isStrict && !holds($0, listing, isLenient: true) }
        if !excluded {
            if isAsked, ask.conditions.allSatisfy({ holds($0, listing, isLenient: false) }) { return .exact }
            if isSubstitute(listing, ask, isAsked: isAsked) { return .substitute }
        }
        return isComplement(listing, ask) ? .complement : .irrelevant
    }

    private func isSubstitute(_ listing: Listing, _ ask: Ask, isAsked: Bool) -> Bool {
        let model = listing.concept.model
        if ask.namesProduct, isFamily(model, ask) { return true }
        if ask.alsoTypes.contains(model.type.id) { return true }
        if ask.types.isEmpty {
            // Nothing but conditions: all have to hold, although the page may keep some to itself.
            return !ask.namesProduct && ask.conditions.allSatisfy { holds($0, listing, isLenient: true) }
        }
        if isAsked { return true }
        // What fits a named model but is another kind of accessory goes with it.
        return ask.host == nil && ask.types.contains { types[$0]?.substitutes.contains(model.type.id) ?? false }
    }

    private func isComplement(_ listing: Listing, _ ask: Ask) -> Bool {
        let concept = listing.concept
        if let host = ask.host { return concept.model.id == host || concept.host?.id == host && !isAsked(concept, ask) }
        if ask.namesProduct {
            return ask.conditions.contains { condition in
                switch condition.subject {
                case .model: concept.host.map { condition.values.contains($0.id) } ?? false
                case .code: concept.host.map { host in condition.values.contains { $0.hasPrefix(host.code) } } ?? false
                default: false
                }
            }
        }
        return ask.types.contains { id in
            guard let type = types[id] else { return false }
            return type.complements.contains(concept.model.type.id) || concept.model.type.accessoryFor == id
        }
    }

    private func isAsked(_ concept: Concept, _ ask: Ask) -> Bool { ask.types.contains(concept.model.type.id) }

    /// Variants, successors, refurbished ones and look-alikes of what is named.
    private func isFamily(_ model: Model, _ ask: Ask) -> Bool {
        ask.conditions.contains { condition in
            switch condition.subject {
            case .model: condition.values.contains { $0 == model.root || $0.hasPrefix(model.root + "-") }
            case .code: condition.values.contains { $0.hasPrefix(model.code) }
            default: false
            }
        }
    }

    /// Whether a page meets a condition; leniently also where only the ground truth knows of the need.
    private func holds(_ condition: Condition, _ listing: Listing, isLenient: Bool) -> Bool {
        let concept = listing.concept
        switch condition.subject {
        case .need:
            let known = needs(listing)
            return condition.values.contains { (isLenient ? known.all : known.stated).contains($0) }
        case .brand: return condition.values.contains(concept.model.brand.name)
        case .model: return condition.values.contains(concept.model.id)
        case .code: return condition.values.contains(concept.code)
        case .host: return concept.host.map { condition.values.contains($0.id) } ?? false
        case .attribute(let id):
            guard let value = concept.value(id) else { return condition.comparison == .noneOf }
            switch condition.comparison {
            case .oneOf: return condition.values.contains(value) && (isLenient || states(listing, id, value))
            case .noneOf: return !condition.values.contains(value)
            case .atLeast: return compare(value, condition) { $0 >= $1 } && (isLenient || states(listing, id, value))
            case .atMost: return compare(value, condition) { $0 <= $1 } && (isLenient || states(listing, id, value))
            }
        }
    }

    /// Whether a page says that its product has a value, in any wording of its language.
    private func states(_ listing: Listing, _ attribute: String, _ value: String) -> Bool {
        let variants = vocabulary.term(attribute, value)?.names.all(listing.language).count ?? 1
        let wordings = (0..<max(variants, 1)).flatMap { variant in
            [
                vocabulary.text(attribute, value, listing.language, variant: variant),
                vocabulary.titleText(attribute, value, listing.language, variant: variant),
            ]
        }
        let texts = [listing.title, listing.description ?? ""] + listing.attributes.map(\.value)
        return texts.contains { text in wordings.contains { text.lowercased().contains($0.lowercased()) } }
    }

    /// Compares numbers of the same unit.
    private func compare(_ value: String, _ condition: Condition, _ isMet: (Double, Double) -> Bool) -> Bool {
        func split(_ text: String) -> (number: Double, unit: Substring)? {
            let digits = text.prefix { $0.isNumber || $0 == "." }
            return Double(digits).map { ($0, text.dropFirst(digits.count)) }
        }
        guard let left = split(value), let right = condition.values.first.flatMap(split), left.unit == right.unit
        else { return false }
        return isMet(left.number, right.number)
    }
}
