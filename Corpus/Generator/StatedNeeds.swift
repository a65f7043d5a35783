/// Which of a product's needs a shopper can read on a page: a judge must not reward what the page keeps to itself.
struct StatedNeeds {
    let vocabulary: Vocabulary

    /// The given needs that the page names, describes, or shows by a value that brings them.
    func stated(_ needs: [String], on listing: Listing) -> [String] {
        let attributes = listing.attributes.map { $0.value }
        let text = ([listing.title, listing.description ?? ""] + attributes).joined(separator: "\n").lowercased()
        let isChinese = listing.language == .zh
        let page = isChinese ? text : StatedNeeds.words(text)
        return needs.filter { id in
            guard let need = vocabulary.need(id) else { return false }
            let sentence = need.sentences.best(listing.language).lowercased()
            let names = need.names.all(listing.language).map { isChinese ? $0.lowercased() : StatedNeeds.core($0) }
            if text.contains(sentence) || names.contains(where: { page.contains($0) }) { return true }
            return listing.concept.attributes.contains { attribute in
                guard vocabulary.term(attribute.id, attribute.value)?.needs.contains(id) == true else { return false }
                let value = vocabulary.text(attribute.id, attribute.value, listing.language)
                return text.contains(value.lowercased())
            }
        }
    }

    /// The needs that a type's names and catchwords promise for every product of it ("silent click", "hiking boots").
    func promised(by type: ProductType) -> [String] {
        let english = StatedNeeds.words((type.names.all(.en) + type.tags.all(.en)).joined(separator: " "))
        let chinese = (type.names.all(.zh) + type.tags.all(.zh)).joined(separator: " ")
        return vocabulary.needs.filter { need in
            need.names.all(.en).contains { english.contains(StatedNeeds.core($0)) }
                || need.names.all(.zh).contains { chinese.contains($0) }
        }.map(\.id)
    }

    /// A need's name without the "for" it has in titles, as whole words.
    private static func core(_ name: String) -> String {
        words(name.hasPrefix("for ") ? String(name.dropFirst(4)) : name)
    }

    /// Letters and digits with single spaces between and around, so that whole words can be looked for.
    private static func words(_ text: String) -> String {
        let parts = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        return " " + parts.joined(separator: " ") + " "
    }
}
