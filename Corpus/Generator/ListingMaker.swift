/// Decides in which languages a product is listed, and fills in everything but title and description.
struct ListingMaker {
    let vocabulary: Vocabulary
    private let titles: TitleWriter
    private let descriptions: DescriptionWriter
    private let slips: SellerSlips

    init(vocabulary: Vocabulary, slips: SellerSlips) {
        self.vocabulary = vocabulary
        self.slips = slips
        titles = TitleWriter(vocabulary: vocabulary)
        descriptions = DescriptionWriter(vocabulary: vocabulary)
    }

    /// All product pages, in shop order, with their identifiers.
    func all(_ concepts: [Concept]) -> [Listing] {
        let listings = concepts.flatMap { concept in
            sellers(concept).map { listing(concept, $0.language, $0.seller) }
        }
        var random = SplitMix64(for: "aisle/shop-order")
        var number = 10_000
        return random.shuffled(listings).map { listing in
            var numbered = listing
            number += 1 + random.below(7)
            numbered.id = "\(listing.concept.model.type.department.prefix)-\(number)"
            return numbered
        }
    }

    private func sellers(_ concept: Concept) -> [(language: Language, seller: Int)] {
        var random = SplitMix64(for: "aisle/languages/" + concept.id)
        var result: [(language: Language, seller: Int)] = []
        let draw = random.below(100)
        if draw < 74 { result.append((language: .en, seller: 0)) }
        if draw < 24 || draw >= 74 { result.append((language: .zh, seller: 0)) }
        if random.chance(4), let first = result.first { result.append((language: first.language, seller: 1)) }
        if concept.model.type.isMultilingual {
            for language in [Language.de, .fr, .es] where random.chance(10) {
                result.append((language: language, seller: 0))
            }
        }
        return result
    }

    private func listing(_ concept: Concept, _ language: Language, _ seller: Int) -> Listing {
        var random = SplitMix64(for: Listing.seed(concept, language, seller))
        let price = price(concept, language, random: &random)
        let count = random.chance(9) ? 0 : 1 + random.below(40) * (1 + random.below(30))
        var listing = Listing(
            concept: concept,
            language: language,
            seller: seller,
            title: titles.title(concept, language, random: &random),
            brand: brand(concept, language, random: &random),
            category: category(concept, language),
            description: descriptions.description(concept, language, random: &random),
            price: price.amount,
            currency: price.currency,
            availability: availability(&random),
            rating: count == 0 ? nil : "\([4, 4, 4, 4, 3][random.below(5)]).\(random.below(10))",
            ratingCount: count,
            attributes: attributes(concept, language, random: &random),
            flaws: []
        )
        slips.apply(to: &listing, random: &random)
        return listing
    }

    private func brand(_ concept: Concept, _ language: Language, random: inout SplitMix64) -> String {
        let brand = concept.model.brand
        guard language == .zh, let chinese = brand.chineseName else { return brand.name }
        return [chinese, "\(chinese)（\(brand.name)）", "\(brand.name)/\(chinese)"][random.below(3)]
    }

    private func category(_ concept: Concept, _ language: Language) -> String {
        concept.model.type.department.names.best(language) + " > " + concept.model.type.path.best(language)
    }

    private func availability(_ random: inout SplitMix64) -> String {
        switch random.below(100) {
        case ..<8: "out_of_stock"
        case 8: "preorder"
        default: "in_stock"
        }
    }

    /// The dollar price in the language's currency, a few per cent up or down, with a shop's usual ending.
    private func price(
        _ concept: Concept,
        _ language: Language,
        random: inout SplitMix64
    ) -> (amount: String, currency: String) {
        var draw = random.below(100)
        var rule: CurrencyRule?
        for candidate in vocabulary.currencies where candidate.language == language {
            rule = candidate
            draw -= candidate.share
            if draw < 0 { break }
        }
        guard let rule else { return ("\(concept.dollars)", "USD") }
        let amount = concept.dollars * rule.factor * (0.94 + 0.12 * random.unit())
        let ending = random.pick(rule.endings) ?? "00"
        var whole = max(1, Int(amount))
        if rule.code == "CNY", whole > 30 { whole = whole / 10 * 10 + [8, 9, 9, 5][random.below(4)] }
        if whole >= 200, rule.code != "CNY" { whole = whole / 10 * 10 + 9 }
        return ("\(whole).\(whole >= 1000 ? "00" : ending)", rule.code)
    }

    private func attributes(
        _ concept: Concept,
        _ language: Language,
        random: inout SplitMix64
    ) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        for attribute in concept.attributes where random.chance(94) {
            guard let kind = vocabulary.attribute(attribute.id) else { continue }
            let label = kind.labels.best(language).capitalizedFirst
            let value = vocabulary.text(attribute.id, attribute.value, language, variant: random.below(4) == 0 ? 1 : 0)
            result.append((name: label, value: value))
        }
        let words = ListingWords(language)
        if let host = concept.host {
            let brand = language == .zh ? host.brand.chineseName ?? host.brand.name : host.brand.name
            result.append((name: words.compatibleWith, value: "\(brand) \(host.name(language)) (\(host.code))"))
        }
        let style = concept.model.type.department.style
        if concept.model.type.code != nil, random.chance(style == "tech" || style == "tool" ? 88 : 30) {
            result.append((name: words.model, value: concept.code))
        }
        if style == "tech", random.chance(18) {
            result.append((name: "GTIN", value: tradeNumber(concept)))
        }
        return result
    }

    /// A 13-digit number from the range kept for a shop's own use (prefix 20 to 29), with its check digit.
    private func tradeNumber(_ concept: Concept) -> String {
        let body = "2" + String(String(1_000_000_000_000 + stableHash(concept.id) % 900_000_000_000).suffix(11))
        let sum = body.enumerated().reduce(0) { $0 + ($1.element.wholeNumberValue ?? 0) * ($1.offset % 2 == 0 ? 1 : 3) }
        return body + String((10 - sum % 10) % 10)
    }
}

/// The few fixed words a product page needs in each language.
struct ListingWords {
    let compatibleWith: String
    let model: String
    let forWord: String
    let refurbished: String

    init(_ language: Language) {
        switch language {
        case .en: (compatibleWith, model, forWord, refurbished) = ("Compatible with", "Model number", "for", "Renewed")
        case .zh: (compatibleWith, model, forWord, refurbished) = ("适用型号", "型号", "适用于", "官方翻新")
        case .de:
            (compatibleWith, model, forWord, refurbished) = ("Passend für", "Modellnummer", "für", "generalüberholt")
        case .fr:
            (compatibleWith, model, forWord, refurbished) = ("Compatible avec", "Référence", "pour", "reconditionné")
        case .es:
            (compatibleWith, model, forWord, refurbished) = ("Compatible con", "Referencia", "para", "reacondicionado")
        }
    }
}
