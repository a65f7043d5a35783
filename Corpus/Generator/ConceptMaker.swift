/// Makes the products of a type from its table: models, their variants, successors, look-alikes and refurbished ones.
struct ConceptMaker {
    let vocabulary: Vocabulary
    let types: ProductTypes

    /// All products, accessories after what they fit.
    func all() -> [Concept] {
        var byType: [String: [Concept]] = [:]
        for type in types.all where type.accessoryFor == nil {
            byType[type.id] = concepts(of: type, hosts: [])
        }
        for type in types.all {
            guard let host = type.accessoryFor else { continue }
            byType[type.id] = concepts(of: type, hosts: models(in: byType[host] ?? []))
        }
        return types.all.flatMap { byType[$0.id] ?? [] }
    }

    private func models(in concepts: [Concept]) -> [Model] {
        var seen: Set<String> = []
        return concepts.map(\.model).filter { seen.insert($0.id).inserted }
    }

    private func concepts(of type: ProductType, hosts: [Model]) -> [Concept] {
        var result: [Concept] = []
        var taken: Set<String> = []
        let count = type.properNames.isEmpty ? type.modelCount : type.properNames.count
        for index in 0..<count {
            var random = SplitMix64(for: "aisle/model/\(type.id)/\(index)")
            guard let model = model(of: type, index: index, taken: &taken, random: &random) else { continue }
            let first = original(model, hosts: hosts, random: &random)
            result += variants(of: first, hosts: hosts, random: &random)
            result += relatives(of: first, random: &random)
        }
        return withUniqueCodes(result)
    }

    private func model(
        of type: ProductType,
        index: Int,
        taken: inout Set<String>,
        random: inout SplitMix64
    ) -> Model? {
        let style = type.department.style
        let brands = vocabulary.brands.filter { $0.departments.contains(type.department.id) && $0.looksLike == nil }
        let ranges = vocabulary.series.filter { $0.style == style }
        var choice: (brand: Brand, series: Series)?
        for _ in 0..<50 {
            guard let brand = random.pick(brands) else { return nil }
            let series = random.pick(ranges) ?? Series(style: style, name: brand.name, chineseName: brand.chineseName)
            choice = (brand, series)
            if taken.insert(brand.name + "/" + series.name).inserted { break }
        }
        guard let (brand, series) = choice else { return nil }
        let number = numbered(style, random: &random)
        return Model(
            id: "\(type.id)-\(index + 1)",
            root: "\(type.id)-\(index + 1)",
            type: type,
            brand: brand,
            series: series,
            number: number,
            properName: index < type.properNames.count ? type.properNames[index] : nil,
            code: baseCode(type, brand, digits: 100 + random.below(90) * 10 + index)
        )
    }

    private func numbered(_ style: String, random: inout SplitMix64) -> String {
        switch style {
        case "tech": random.pick(["3", "5", "7", "8", "10", "12", "20", "S2", "X3", "M5", "Pro 2"]) ?? "3"
        case "home", "tool", "sport": random.chance(35) ? random.pick(["2", "3", "40", "60", "100"]) ?? "2" : ""
        default: ""
        }
    }

    private func baseCode(_ type: ProductType, _ brand: Brand, digits: Int) -> String {
        let letters = type.code ?? "X"
        let initials = String(brand.name.uppercased().filter { !"AEIOU ".contains($0) }.prefix(2))
        switch stableHash(brand.name) % 3 {
        case 0: return "\(initials)-\(letters)\(digits)"
        case 1: return "\(letters)\(initials)\(digits)"
        default: return "\(initials)\(digits)-\(letters)"
        }
    }

    private func original(_ model: Model, hosts: [Model], random: inout SplitMix64) -> Concept {
        let type = model.type
        var attributes: [(id: String, value: String)] = []
        var position = 0.0
        var scaled = 0
        for attribute in type.attributes {
            let index = random.below(attribute.values.count)
            attributes.append((id: attribute.id, value: attribute.values[index]))
            if vocabulary.attribute(attribute.id)?.values == .number, attribute.values.count > 1 {
                position += Double(index) / Double(attribute.values.count - 1)
                scaled += 1
            }
        }
        let chance = random.unit()
        let share = scaled == 0 ? chance : 0.6 * position / Double(scaled) + 0.4 * chance
        let span = type.priceRange.upperBound - type.priceRange.lowerBound
        let dollars = (type.priceRange.lowerBound + span * share * share) * model.brand.priceLevel
        var needs = Array(random.shuffled(type.needs).prefix(1 + random.below(3)))
        needs.sort { (type.needs.firstIndex(of: $0) ?? 0) < (type.needs.firstIndex(of: $1) ?? 0) }
        return Concept(
            id: model.id + ".1",
            model: model,
            attributes: attributes,
            host: random.pick(hosts),
            needs: needs,
            dollars: max(dollars, type.priceRange.lowerBound * 0.7),
            code: model.code
        )
    }

    private func variants(of first: Concept, hosts: [Model], random: inout SplitMix64) -> [Concept] {
        let type = first.model.type
        var result = [first]
        let wanted = [0, 1, 1, 1, 2, 2, 2, 3, 3][random.below(9)]
        for turn in 0..<wanted {
            var variant = Concept(
                id: "\(first.model.id).\(result.count + 1)",
                model: first.model,
                attributes: first.attributes,
                host: first.host,
                needs: first.needs,
                dollars: first.dollars,
                code: first.code
            )
            if hosts.count > 1, turn == 0 {
                variant.host = random.pick(hosts.filter { $0.id != first.host?.id })
            } else if let attribute = type.varying.isEmpty ? nil : type.varying[turn % type.varying.count] {
                let values = type.attributes.first { $0.id == attribute }?.values ?? []
                let old = first.value(attribute) ?? ""
                guard let value = random.pick(values.filter { $0 != old }) else { continue }
                variant.set(attribute, value)
                variant.dollars *= step(attribute, from: old, to: value, in: values)
            }
            guard !result.contains(where: { variant.differences(from: $0).isEmpty }) else { continue }
            result.append(variant)
        }
        return result
    }

    /// How much dearer a variant is: one place up a numeric scale costs 15 % more.
    private func step(_ attribute: String, from old: String, to new: String, in values: [String]) -> Double {
        guard vocabulary.attribute(attribute)?.values == .number, let start = values.firstIndex(of: old),
            let end = values.firstIndex(of: new)
        else { return 1 }
        return end >= start ? 1 + 0.15 * Double(end - start) : 1 / (1 + 0.15 * Double(start - end))
    }

    private func relatives(of first: Concept, random: inout SplitMix64) -> [Concept] {
        let type = first.model.type
        var result: [Concept] = []
        let isMachine = type.department.style == "tech" || type.attributes.contains { $0.id == "power" }
        if isMachine, type.accessoryFor == nil, type.priceRange.upperBound > 60 {
            if random.chance(22) {
                var refurbished = first
                refurbished.set("condition", "refurbished")
                refurbished.dollars *= 0.7
                result.append(renamed(refurbished, id: first.model.id + ".r", model: first.model))
            }
            if random.chance(25), type.properNames.isEmpty {
                result.append(successor(of: first))
            }
        }
        if let twin = vocabulary.brands.first(where: { $0.looksLike == first.model.brand.name }),
            twin.departments.contains(type.department.id), type.properNames.isEmpty, random.chance(45)
        {
            var copy = first
            copy.dollars *= 0.55
            let model = Model(
                id: first.model.id + "-twin",
                root: first.model.root,
                type: type,
                brand: twin,
                series: first.model.series,
                number: first.model.number,
                properName: nil,
                code: baseCode(type, twin, digits: 100 + random.below(900))
            )
            result.append(renamed(copy, id: model.id + ".1", model: model))
        }
        return result
    }

    private func successor(of first: Concept) -> Concept {
        let old = first.model
        let number = old.number.isEmpty ? "2" : old.number + (old.number.last?.isNumber == true ? " II" : "2")
        let model = Model(
            id: old.id + "-next",
            root: old.root,
            type: old.type,
            brand: old.brand,
            series: old.series,
            number: number,
            properName: nil,
            code: old.code + "M2"
        )
        var copy = first
        copy.dollars *= 1.18
        return renamed(copy, id: model.id + ".1", model: model)
    }

    private func renamed(_ concept: Concept, id: String, model: Model) -> Concept {
        Concept(
            id: id,
            model: model,
            attributes: concept.attributes,
            host: concept.host,
            needs: concept.needs,
            dollars: concept.dollars,
            code: model.code
        )
    }

    /// Appends to each model code what tells the variant, and adds the needs that its values bring.
    private func withUniqueCodes(_ concepts: [Concept]) -> [Concept] {
        var taken: Set<String> = []
        return concepts.map { concept in
            var result = concept
            let suffix = concept.model.type.varying.prefix(2).compactMap { concept.value($0) }.map(codeLetters)
            let ending = concept.value("condition") == "refurbished" ? suffix + ["R"] : suffix
            result.code = ([concept.model.code] + ending).joined(separator: "-")
            var turn = 2
            while !taken.insert(result.code).inserted {
                result.code = ([concept.model.code] + ending + ["\(turn)"]).joined(separator: "-")
                turn += 1
            }
            for attribute in concept.attributes {
                for need in vocabulary.term(attribute.id, attribute.value)?.needs ?? []
                where !result.needs.contains(need) && brings(attribute.id, need, in: concept.model.type) {
                    result.needs.append(need)
                }
            }
            result.needs.removeAll { concept.contradicts($0) }
            return result
        }
    }

    /// A linen lampshade is nothing for summer: seasons come from materials only where clothes and bedding are meant.
    private func brings(_ attribute: String, _ need: String, in type: ProductType) -> Bool {
        guard attribute == "material", need == "summer" || need == "winter" else { return true }
        return type.department.style == "fashion" || type.needs.contains("summer") || type.needs.contains("winter")
    }

    private func codeLetters(_ value: String) -> String {
        let plain = value.uppercased().filter { $0.isLetter || $0.isNumber }
        guard plain.allSatisfy(\.isLetter) else {
            let digits = plain.prefix { $0.isNumber }
            return String(digits + plain.dropFirst(digits.count).prefix(2))
        }
        guard plain.count > 3 else { return plain }
        let consonants = plain.dropFirst().filter { !"AEIOU".contains($0) }
        return String((plain.prefix(1) + consonants).prefix(3))
    }
}
