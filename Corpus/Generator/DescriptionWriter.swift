/// Writes two to five sentences that agree with the product's attributes.
struct DescriptionWriter {
    let vocabulary: Vocabulary

    func description(_ concept: Concept, _ language: Language, random: inout SplitMix64) -> String {
        let type = concept.model.type
        var sentences: [String] = []
        if random.chance(70), let opening = phrase("open", type, language, random: &random) {
            sentences.append(filled(opening, concept, language))
        }
        let features = type.features.filter { $0.has(language) }.map { $0.best(language) }
        sentences += random.shuffled(features).prefix(features.count > 1 && random.chance(55) ? 2 : 1)
        sentences += facts(concept, language, random: &random)
        if let host = hostSentence(concept, language) { sentences.append(host) }
        let mentioned = random.chance(80) ? random.shuffled(concept.needs).prefix(random.chance(35) ? 2 : 1) : []
        sentences += mentioned.compactMap { vocabulary.need($0)?.sentences.best(language) }
        if random.chance(25), let closing = phrase("close", type, language, random: &random) {
            sentences.append(filled(closing, concept, language))
        }
        return sentences.joined(separator: language == .zh ? "" : " ")
    }

    private func phrase(
        _ role: String,
        _ type: ProductType,
        _ language: Language,
        random: inout SplitMix64
    ) -> String? {
        random.pick(vocabulary.phrases.filter { $0.role == role && $0.style == type.department.style })?
            .texts.best(language)
    }

    private func filled(_ text: String, _ concept: Concept, _ language: Language) -> String {
        let model = concept.model
        let brand = language == .zh ? model.brand.chineseName ?? model.brand.name : model.brand.name
        let type = model.type.names.best(language)
        let name = model.name(language)
        let gap = brand.last?.isASCII == true || name.first?.isASCII == true ? " " : ""
        return text.replacing("{brand}{model}", by: brand + gap + name).replacing("{brand}", by: brand).replacing(
            "{model}",
            by: name
        )
        .replacing("{type}", by: type).replacing("{Type}", by: type.capitalizedFirst)
    }

    private func facts(_ concept: Concept, _ language: Language, random: inout SplitMix64) -> [String] {
        let stated = concept.attributes.filter { $0.value != "new" }
        let chosen = Set(random.shuffled(Array(stated.indices)).prefix(1 + random.below(3)))
        let picked = stated.enumerated().filter { chosen.contains($0.offset) }.map(\.element)
        if language.position >= 2 {
            let pairs = picked.compactMap { fact -> String? in
                guard let kind = vocabulary.attribute(fact.id) else { return nil }
                let colon = language == .fr ? " : " : ": "
                let label = kind.labels.best(language)
                let value = vocabulary.text(fact.id, fact.value, language)
                return value.lowercased().contains(label.lowercased()) ? value : label + colon + value
            }
            let separator = language == .fr ? " ; " : "; "
            return pairs.isEmpty ? [] : [pairs.joined(separator: separator).capitalizedFirst + "."]
        }
        return picked.compactMap { fact in
            guard let kind = vocabulary.attribute(fact.id) else { return nil }
            let value = vocabulary.text(fact.id, fact.value, language)
            let sentence = kind.sentences.best(language).replacing("{v}", by: value)
            return language == .en ? sentence.withArticle.capitalizedFirst : sentence
        }
    }

    private func hostSentence(_ concept: Concept, _ language: Language) -> String? {
        guard let host = concept.host else { return nil }
        let chinese = host.brand.chineseName ?? host.brand.name
        switch language {
        case .en: return "Made for the \(host.brand.name) \(host.name(.en)) (\(host.code))."
        case .zh: return "专为\(chinese)\(host.name(.zh))（\(host.code)）设计，购买前请核对型号。"
        case .de: return "Passend für \(host.brand.name) \(host.name(.de)) (\(host.code))."
        case .fr: return "Conçu pour \(host.brand.name) \(host.name(.fr)) (\(host.code))."
        case .es: return "Diseñado para \(host.brand.name) \(host.name(.es)) (\(host.code))."
        }
    }
}

extension String {
    /// With "an" before numbers that are spoken with a vowel: "an 88-key model".
    fileprivate var withArticle: String {
        var result = self
        for (old, new) in [
            ("A 8", "An 8"), ("a 8", "an 8"), ("A 11-", "An 11-"), ("a 11-", "an 11-"), ("a 18-", "an 18-"),
        ] {
            result = result.replacing(old, by: new)
        }
        return result
    }
}
