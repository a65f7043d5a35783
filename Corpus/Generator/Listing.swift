/// One product page: a product as one seller words it in one language.
struct Listing {
    let concept: Concept
    let language: Language
    /// 0 for the first seller in a language, 1 for a second one.
    let seller: Int
    var id = ""
    var title: String
    var brand: String?
    var category: String
    var description: String?
    var price: String?
    var currency: String
    var availability: String
    var rating: String?
    var ratingCount: Int
    var attributes: [(name: String, value: String)]
    /// What is sloppy about it: "typo", "no-brand", ...
    var flaws: [String]
    /// Names the random sequence that belongs to it.
    var seed: String { Listing.seed(concept, language, seller) }

    static func seed(_ concept: Concept, _ language: Language, _ seller: Int) -> String {
        "aisle/listing/\(concept.id)/\(language.rawValue)/\(seller)"
    }
}
