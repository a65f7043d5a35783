/// What must hold of the catalogue whatever the tables say.
struct CatalogueRules {
    let files: CatalogueFiles
    let deniedBrands: Set<String>

    init(_ files: CatalogueFiles, _ folder: SourceFolder) throws {
        self.files = files
        deniedBrands = Set(try folder.lines("denied-brands.txt").flatMap { $0.text.lowercased().words })
    }

    /// Every violation found; empty when all is well.
    func violations() -> [CorpusError] {
        identifiers() + prices() + languages() + texts() + groundTruth() + brands()
    }

    private func identifiers() -> [CorpusError] {
        var seen: Set<String> = []
        var result = files.listings.filter { !seen.insert($0.id).inserted }
            .map { CorpusError.invalid(rule: "product ids are unique", subject: $0.id) }
        seen = []
        result += files.concepts.filter { !seen.insert($0.id).inserted }
            .map { CorpusError.invalid(rule: "concept ids are unique", subject: $0.id) }
        seen = []
        result += files.concepts.filter { $0.model.type.code != nil && !seen.insert($0.code).inserted }
            .map { CorpusError.invalid(rule: "codes are unique", subject: $0.code) }
        return result
    }

    private func prices() -> [CorpusError] {
        files.listings.compactMap { listing in
            guard let price = listing.price, (Double(price) ?? 0) <= 0 else { return nil }
            return .invalid(rule: "prices are positive", subject: listing.id)
        }
    }

    private func languages() -> [CorpusError] {
        var result: [CorpusError] = []
        let total = Double(files.listings.count)
        func share(_ languages: [Language]) -> Double {
            Double(files.listings.filter { languages.contains($0.language) }.count) / total * 100
        }
        for (name, value, bounds) in [
            ("English", share([.en]), 48.0...62.0), ("Chinese", share([.zh]), 28.0...42.0),
            ("German, French and Spanish", share([.de, .fr, .es]), 6.0...16.0),
        ] where !bounds.contains(value) {
            result.append(
                .invalid(rule: "language shares stay near 55 / 35 / 10 per cent", subject: "\(name) \(value)")
            )
        }
        let both = Set(files.listings.filter { $0.language == .en }.map(\.concept.id))
            .intersection(files.listings.filter { $0.language == .zh }.map(\.concept.id)).count
        if both < 350 {
            result.append(.invalid(rule: "350 products are listed in English and Chinese", subject: "\(both)"))
        }
        if files.listings.count < 2_000 {
            result.append(.invalid(rule: "the catalogue has 2,000 listings", subject: "\(files.listings.count)"))
        }
        return result
    }

    private func texts() -> [CorpusError] {
        files.listings.flatMap { listing -> [CorpusError] in
            var result: [CorpusError] = []
            let texts = [listing.title, listing.brand, listing.category, listing.description].compactMap(\.self)
            let values = listing.attributes.flatMap { [$0.name, $0.value] }
            if (texts + values).contains(where: { $0.trimmed.isEmpty }) {
                result.append(.invalid(rule: "no field is empty", subject: listing.id))
            }
            if (texts + values).contains(where: { $0.contains("{") || $0.contains("  ") || $0.contains("|  ") }) {
                result.append(.invalid(rule: "no template is left unfilled", subject: listing.id))
            }
            let hasHan = listing.title.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
            if hasHan != (listing.language == .zh) {
                result.append(.invalid(rule: "titles are in the listing's language", subject: listing.id))
            }
            return result
        }
    }

    private func groundTruth() -> [CorpusError] {
        var held: [String: Bool] = [:]
        var result: [CorpusError] = []
        for listing in files.listings {
            let concept = listing.concept
            let isHeldOut = files.isHeldOut(concept)
            if let known = held[concept.model.root], known != isHeldOut {
                result.append(.invalid(rule: "variants are held out together", subject: concept.id))
            }
            held[concept.model.root] = isHeldOut
            if (concept.model.type.accessoryFor != nil) != (concept.host != nil) {
                result.append(.invalid(rule: "accessories name what they fit", subject: concept.id))
            }
        }
        return result
    }

    private func brands() -> [CorpusError] {
        var reported: Set<String> = []
        let words = deniedBrands.filter { $0.allSatisfy(\.isASCII) }
        let chinese = deniedBrands.subtracting(words).sorted()
        return files.listings.compactMap { listing in
            let text = (listing.title + " " + (listing.brand ?? "") + " " + (listing.description ?? "")).lowercased()
            let separators = Set(" ,.;:()（），。、/|!！'")
            let found = text.split { separators.contains($0) }.first { words.contains(String($0)) }.map(String.init)
            guard let name = found ?? (listing.language == .zh ? chinese.first { text.contains($0) } : nil),
                reported.insert(name).inserted
            else {
                return nil
            }
            return .invalid(rule: "no real brand is named", subject: "\(name) in \(listing.id): \(listing.title)")
        }
    }
}
