import Clicks
import Foundation
public import Ranking
import Retriever

/// An answer as other programs read it: what `aisle search --json` prints and `/search` answers.
public struct SearchAnswer: Encodable, Sendable {
    /// What is new in every answer, also in one that was kept.
    struct Occasion: Encodable, Sendable {
        /// Names this answer, for events.
        var queryId: String
        /// From the request's arrival at the pipeline to the page.
        var milliseconds: Double
        /// Whether the answer was kept from an earlier request.
        var isCached: Bool
    }

    /// What was found: the same for the same request and index.
    struct Findings: Encodable, Sendable {
        let query: String
        let stage: String
        let total: Int?
        let hits: [HitAnswer]
        let facets: [String: FacetAnswer]
        let didYouMean: String?
        let isRelaxed: Bool
        let isPartial: Bool
        let isTruncated: Bool
        let firstStageMilliseconds: Double
        let rerank: RerankAnswer
        let interleaving: InterleavingAnswer?
    }

    /// Who contributed the hits, as UBI's `query_attributes` of this server's have it.
    struct InterleavingAnswer: Encodable, Sendable {
        let a: String
        let b: String
        let teams: String
    }

    /// A field's commonest values, or a number field's ranges.
    struct FacetAnswer: Encodable, Sendable {
        struct Value: Encodable, Sendable {
            let value: String
            let count: Int
        }
        struct Range: Encodable, Sendable {
            let from: Double?
            let to: Double?
            let count: Int
            let filter: String?
        }
        struct Statistics: Encodable, Sendable {
            let least: Double
            let greatest: Double
            let mean: Double
        }
        let values: [Value]
        let otherValues: Int
        let missing: Int
        let ranges: [Range]
        let statistics: Statistics?
    }

    var occasion: Occasion
    let findings: Findings

    /// The answer to a request, with a new query id.
    public init(_ ranked: RankedResponse, request: RankingRequest) {
        occasion = Occasion(
            queryId: QueryID.next(),
            milliseconds: ranked.search.milliseconds,
            isCached: false
        )
        findings = Findings(ranked, request: request)
    }

    /// One object of both parts.
    public func encode(to encoder: any Encoder) throws {
        try occasion.encode(to: encoder)
        try findings.encode(to: encoder)
    }
}

extension SearchAnswer.Findings {
    init(_ ranked: RankedResponse, request: RankingRequest) {
        let response = ranked.search
        query = request.search.query
        stage = request.stage.rawValue
        total = response.total
        hits = ranked.hits.map { HitAnswer($0, explains: request.search.explains) }
        facets = Dictionary(
            response.facets.map { ($0.field.name, SearchAnswer.FacetAnswer($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        didYouMean = response.didYouMean
        isRelaxed = response.isRelaxed
        isPartial = response.isPartial
        isTruncated = response.isTruncated
        firstStageMilliseconds = ranked.firstStageMilliseconds
        rerank = RerankAnswer(ranked.rerank)
        interleaving = ranked.interleaving.map { .init(a: $0.a, b: $0.b, teams: $0.letters) }
    }
}

extension SearchAnswer.FacetAnswer {
    init(_ facet: FacetResult) {
        values = facet.counts.map { Value(value: $0.value, count: $0.count) }
        otherValues = facet.otherValues
        missing = facet.missing
        ranges = facet.ranges.map { range in
            Range(
                from: range.from,
                to: range.to,
                count: range.count,
                filter: range.filter(on: facet.field)?.description
            )
        }
        statistics = facet.statistics.map { Statistics(least: $0.least, greatest: $0.greatest, mean: $0.mean) }
    }
}
