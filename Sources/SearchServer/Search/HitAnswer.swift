import Catalog
import Ranking
import Reranker
import Retriever

/// One hit, as other programs read it.
struct HitAnswer: Encodable, Sendable {
    let id: String
    let rank: Int
    let score: Double
    let firstStageRank: Int?
    let movement: Int?
    let margin: Double?
    let relevance: Double?
    let title: String
    let titleHtml: String
    let brand: String?
    let categories: [[String]]
    let price: Double?
    let currency: String?
    let availability: String?
    let rating: Double?
    let ratingCount: Int?
    let url: String?
    let imageUrl: String?
    let groupId: String?
    let description: String?
    let snippetHtml: String?
    let attributes: [String: [String]]
    let explanation: Explanation?
    let place: PlaceAnswer?

    init(_ ranked: RankedHit, explains: Bool) {
        let hit = ranked.hit
        let product = hit.product
        id = hit.id.rawValue
        rank = ranked.rank
        score = hit.score
        firstStageRank = ranked.firstStageRank
        movement = ranked.movement
        margin = ranked.relevance?.margin
        relevance = ranked.relevance?.probability
        title = product?.title ?? ""
        titleHtml = Highlighter.html(hit.title)
        brand = product?.brand
        categories = product?.categories ?? []
        price = product?.currentPrice
        currency = product?.price?.currency
        availability = product?.availability?.rawValue
        rating = product?.rating
        ratingCount = product?.ratingCount
        url = product?.url
        imageUrl = product?.imageURL
        groupId = product?.groupID
        description = product?.description
        snippetHtml = hit.snippet.isEmpty ? nil : Highlighter.html(hit.snippet)
        attributes = Dictionary(
            (product?.attributes ?? []).map { ($0.name, $0.values) },
            uniquingKeysWith: { $0 + $1 }
        )
        explanation = hit.explanation
        place = explains ? PlaceAnswer(ranked) : nil
    }
}
