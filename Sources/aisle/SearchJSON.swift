import Catalog
import Foundation
import Ranking
import Reranker
import Retriever

/// An answer as other programs read it.
struct SearchJSON: Encodable {
    struct HitJSON: Encodable {
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
        let place: PlaceJSON?
    }

    struct FacetJSON: Encodable {
        struct Value: Encodable {
            let value: String
            let count: Int
        }
        let values: [Value]
        let otherValues: Int
        let missing: Int
    }

    let queryId: String
    let query: String
    let total: Int?
    let hits: [HitJSON]
    let facets: [String: FacetJSON]
    let didYouMean: String?
    let isRelaxed: Bool
    let isPartial: Bool
    let isTruncated: Bool
    let milliseconds: Double
    let firstStageMilliseconds: Double
    let rerank: RerankJSON

    init(_ ranked: RankedResponse, request: SearchRequest) {
        let response = ranked.search
        queryId = UUID().uuidString.lowercased()
        query = request.query
        total = response.total
        hits = ranked.hits.map { ranked in
            let hit = ranked.hit
            let product = hit.product
            return HitJSON(
                id: hit.id.rawValue,
                rank: ranked.rank,
                score: hit.score,
                firstStageRank: ranked.firstStageRank,
                movement: ranked.movement,
                margin: ranked.relevance?.margin,
                relevance: ranked.relevance?.probability,
                title: product?.title ?? "",
                titleHtml: Highlighter.html(hit.title),
                brand: product?.brand,
                categories: product?.categories ?? [],
                price: product?.currentPrice,
                currency: product?.price?.currency,
                availability: product?.availability?.rawValue,
                rating: product?.rating,
                ratingCount: product?.ratingCount,
                url: product?.url,
                imageUrl: product?.imageURL,
                groupId: product?.groupID,
                description: product?.description,
                snippetHtml: hit.snippet.isEmpty ? nil : Highlighter.html(hit.snippet),
                attributes: Dictionary(
                    (product?.attributes ?? []).map { ($0.name, $0.values) },
                    uniquingKeysWith: { $0 + $1 }
                ),
                explanation: hit.explanation,
                place: request.explains ? PlaceJSON(ranked) : nil
            )
        }
        facets = Dictionary(
            response.facets.map { facet in
                (
                    facet.field.name,
                    FacetJSON(
                        values: facet.counts.map { .init(value: $0.value, count: $0.count) },
                        otherValues: facet.otherValues,
                        missing: facet.missing
                    )
                )
            },
            uniquingKeysWith: { first, _ in first }
        )
        didYouMean = response.didYouMean
        isRelaxed = response.isRelaxed
        isPartial = response.isPartial
        isTruncated = response.isTruncated
        milliseconds = response.milliseconds
        firstStageMilliseconds = ranked.firstStageMilliseconds
        rerank = RerankJSON(ranked.rerank)
    }
}
