/// Turns products and listings into the text of the committed files.
struct CatalogueFiles {
    let concepts: [Concept]
    let listings: [Listing]
    let vocabulary: Vocabulary
    let types: ProductTypes
    private let relatives: [String: [Concept]]
    /// By listing: the needs that its product has, and those that its page states.
    private let needs: [String: Needs]

    typealias Needs = (all: [String], stated: [String])

    init(concepts: [Concept], listings: [Listing], vocabulary: Vocabulary, types: ProductTypes) {
        self.concepts = concepts
        self.listings = listings
        self.vocabulary = vocabulary
        self.types = types
        let listed = Set(listings.map(\.concept.id))
        relatives = Dictionary(grouping: concepts.filter { listed.contains($0.id) }, by: \.model.root)
        let statements = StatedNeeds(vocabulary: vocabulary)
        let promised = Dictionary(uniqueKeysWithValues: types.all.map { ($0.id, statements.promised(by: $0)) })
        needs = Dictionary(
            uniqueKeysWithValues: listings.map { listing in
                // What it was made for, and what its type's names and catchwords promise.
                let concept = listing.concept
                let further = promised[concept.model.type.id, default: []].filter {
                    !concept.needs.contains($0) && !concept.contradicts($0)
                }
                let all = concept.needs + further
                return (listing.id, (all, statements.stated(all, on: listing)))
            }
        )
    }

    /// `catalogue.jsonl`: what a shop would export.
    var catalogue: String {
        listings.map { product($0).text + "\n" }.joined()
    }

    /// `ground-truth.jsonl`: what the generator knows about each line of the catalogue.
    var groundTruth: String {
        listings.map { truth($0).text + "\n" }.joined()
    }

    /// `types.tsv`: product types with their substitutes, complements and keyword traps.
    var typeTable: String {
        let header = "type\tdepartment\ten\tzh\tsubstitutes\tcomplements\taccessory_for\tkeyword_trap_for\n"
        return header
            + types.all.map { type in
                [
                    type.id, type.department.id, type.names.best(.en), type.names.best(.zh),
                    type.substitutes.joined(separator: " "), type.complements.joined(separator: " "),
                    type.accessoryFor ?? "", type.keywordTrapFor.joined(separator: " "),
                ].joined(separator: "\t") + "\n"
            }.joined()
    }

    private func product(_ listing: Listing) -> JSONText {
        var pairs: [(key: String, value: JSONText)] = [
            (key: "id", value: .string(listing.id)), (key: "title", value: .string(listing.title)),
        ]
        if let brand = listing.brand { pairs.append((key: "brand", value: .string(brand))) }
        pairs.append((key: "category", value: .string(listing.category)))
        if let description = listing.description { pairs.append((key: "description", value: .string(description))) }
        if let price = listing.price {
            pairs.append((key: "price", value: .number(price)))
            pairs.append((key: "currency", value: .string(listing.currency)))
        }
        pairs.append((key: "availability", value: .string(listing.availability)))
        if let rating = listing.rating { pairs.append((key: "rating", value: .number(rating))) }
        pairs += [
            (key: "rating_count", value: .number("\(listing.ratingCount)")),
            (
                key: "url",
                value: .string("https://shop.example/\(listing.language.rawValue)/\(listing.id.lowercased())")
            ),
            (key: "language", value: .string(listing.language.rawValue)),
            (key: "attributes", value: .object(listing.attributes.map { (key: $0.name, value: .string($0.value)) })),
        ]
        return .object(pairs)
    }

    /// The needs that a product has, and those that its page states.
    func needs(of listing: Listing) -> Needs { needs[listing.id] ?? ([], []) }

    private func truth(_ listing: Listing) -> JSONText {
        let concept = listing.concept
        let model = concept.model
        let (needs, stated) = needs(of: listing)
        var pairs: [(key: String, value: JSONText)] = [
            (key: "id", value: .string(listing.id)), (key: "concept", value: .string(concept.id)),
            (key: "model", value: .string(model.id)), (key: "type", value: .string(model.type.id)),
            (key: "department", value: .string(model.type.department.id)),
            (key: "language", value: .string(listing.language.rawValue)),
            (key: "brand", value: .string(model.brand.name)), (key: "series", value: .string(model.name(.en))),
            (key: "code", value: .string(concept.code)),
            (key: "attributes", value: .object(concept.attributes.map { (key: $0.id, value: .string($0.value)) })),
            (key: "needs", value: needs.json), (key: "needs_stated", value: stated.json),
        ]
        if let host = concept.host {
            pairs.append((key: "accessory_for", value: .string(host.type.id)))
            pairs.append((key: "compatible_with", value: .string(host.id)))
        }
        let traps = traps(concept)
        if !traps.isEmpty { pairs.append((key: "keyword_trap_for", value: traps.json)) }
        let near = nearDuplicates(concept)
        if !near.isEmpty { pairs.append((key: "near_duplicates", value: .object(near))) }
        if !listing.flaws.isEmpty { pairs.append((key: "flaws", value: listing.flaws.json)) }
        pairs.append((key: "held_out", value: .bool(isHeldOut(concept))))
        return .object(pairs)
    }

    private func traps(_ concept: Concept) -> [String] {
        concept.model.type.keywordTrapFor
            + concept.attributes.flatMap { vocabulary.decoyTypes($0.id, $0.value) }.filter { types[$0] != nil }
    }

    private func nearDuplicates(_ concept: Concept) -> [(key: String, value: JSONText)] {
        (relatives[concept.model.root] ?? []).compactMap { other in
            let differences = concept.differences(from: other)
            guard other.id != concept.id, (1...2).contains(differences.count) else { return nil }
            return (key: other.id, value: differences.json)
        }
    }

    /// One root in five is kept from training, with all its variants in all languages.
    func isHeldOut(_ concept: Concept) -> Bool {
        stableHash("held-out/" + concept.model.root) % 100 < 20
    }
}
