/// What a title may be put together from, worded in one language and drawn for one seller.
struct TitleParts {
    let concept: Concept
    let language: Language
    let brand: String
    let model: String
    let type: String
    let otherName: String?
    let host: String?
    /// Attribute values that go before the noun.
    let front: [String]
    /// Attribute values that go after it.
    let back: [String]
    let tags: [String]
    let tag: String?
    let need: String?
    let code: String?
    let author: String?
    let isRefurbished: Bool
    let isBook: Bool

    init(_ concept: Concept, _ language: Language, vocabulary: Vocabulary, random: inout SplitMix64) {
        let product = concept.model
        let kind = product.type
        self.concept = concept
        self.language = language
        brand = language == .zh ? product.brand.chineseName ?? product.brand.name : product.brand.name
        model = product.name(language)
        let names = kind.names.all(language)
        let chosen = names.count > 1 && random.chance(40) ? 1 + random.below(names.count - 1) : 0
        type = names.isEmpty ? kind.names.best(language) : names[chosen]
        let rest = names.enumerated().filter { $0.offset != chosen }.map(\.element)
        otherName = random.pick(rest)
        host = concept.host.map { TitleParts.hostName($0, language, random: &random) }
        var front: [String] = []
        var back: [String] = []
        for attribute in concept.attributes where attribute.id != "condition" {
            guard let place = vocabulary.attribute(attribute.id)?.place, place != .none else { continue }
            let varies = kind.varying.contains(attribute.id)
            guard random.chance(varies ? 88 : 45) else { continue }
            let text = vocabulary.titleText(
                attribute.id,
                attribute.value,
                language,
                variant: random.below(5) == 0 ? 1 : 0
            )
            if type.lowercased().contains(text.lowercased()) { continue }
            if let last = text.lowercased().words.last, type.lowercased().words.contains(last) { continue }
            if place == .front, front.count < 2 { front.append(text) } else if back.count < 3 { back.append(text) }
        }
        self.front = front
        self.back = back
        tags = kind.tags.all(language)
        tag = random.pick(tags)
        let wanted = random.pick(concept.needs).flatMap { vocabulary.need($0) }
        need = wanted.flatMap { random.pick($0.names.all(language)) }
        let style = kind.department.style
        let share = style == "tech" || style == "tool" ? 45 : kind.attributes.contains { $0.id == "power" } ? 25 : 0
        code = kind.code != nil && random.chance(share) ? concept.code : nil
        author = concept.value("author").map { vocabulary.text("author", $0, language) }
        isRefurbished = concept.value("condition") == "refurbished"
        isBook = style == "book"
    }

    private static func hostName(_ host: Model, _ language: Language, random: inout SplitMix64) -> String {
        let brand = language == .zh ? host.brand.chineseName ?? host.brand.name : host.brand.name
        let name = host.name(language)
        let gap = language == .zh && host.brand.chineseName != nil && host.series.chineseName != nil ? "" : " "
        let full = brand + gap + name
        return random.chance(35) ? "\(full) \(host.code)" : full
    }
}
