import Catalog
import Ranking
import Retriever

/// Reads a search, from a query string and a JSON body alike.
///
/// Names are those of `aisle search`; those of other search servers are accepted beside them.
struct SearchParameters {
    let limits: RequestLimits
    /// What requests may leave unsaid.
    let shop: ShopSettings
    /// The stage of requests that name none.
    let stage: RankingStage

    /// Hits of a page where none are asked for.
    static let pageSize = 10

    /// The request.
    ///
    /// - Throws: `ServerError`, `RequestError`, `RankingError`, `ColumnWeightsError`.
    func request(_ reader: ParameterReader) throws -> RankingRequest {
        var reader = reader
        let query = try reader.text("q", or: "query", limit: limits.queryLength) ?? ""
        var search = SearchRequest(query)
        search.top = try reader.integer("per_page", or: "top", in: 0...limits.pageSize) ?? Self.pageSize
        let page = try reader.integer("page", in: 1...limits.pageOffset)
        let offset = try reader.integer("offset", in: 0...limits.pageOffset)
        if page != nil, offset != nil {
            throw ServerError.badParameter(name: "offset", value: "given beside page", expected: "one of the two")
        }
        search.offset = offset ?? ((page ?? 1) - 1) * search.top
        guard search.offset <= limits.pageOffset else {
            throw ServerError.badParameter(
                name: "page",
                value: "\(page ?? 0)",
                expected: "at most \(limits.pageOffset) hits deep"
            )
        }
        search.filter = try reader.filter("filter", or: "filters")
        search.facets = try (reader.list("facets", or: "facet", limit: limits.facets) ?? []).map {
            try FacetRequest(parsing: $0)
        }
        if let sort = try reader.text("sort"), !sort.isEmpty { search.sort = try SortKey(parsing: sort) }
        if let match: MatchParameter = try reader.choice("match") { search.matching = match.matching }
        search.completesLastWord = try reader.flag("prefix") ?? false
        search.collapsesGroups = try reader.flag("collapse") ?? false
        search.explains = try reader.flag("explain") ?? false
        search.weights = shop.weights
        if let weights = try reader.text("weights") { search.weights = try ColumnWeights(parsing: weights) }

        var request = RankingRequest(search, stage: try reader.choice("stage") ?? stage)
        request.candidates = try reader.integer("candidates", in: 1...RankingRequest.mostCandidates) ?? shop.candidates
        request.fusion = shop.fusion
        if let fusion = try reader.text("fusion") { request.fusion = try Fusion(parsing: fusion) }
        request.instruction = try reader.text("instruction", limit: limits.instructionLength)
        request.floor = try reader.number("floor") ?? shop.floor
        request.clicks = ClickBlend(
            weight: try reader.number("click_weight") ?? shop.clicks.weight,
            relevantFrom: try reader.number("click_floor") ?? shop.clicks.relevantFrom
        )
        let most = Int(limits.time.milliseconds)
        let budget = try reader.integer("budget_ms", or: "budget", in: 1...most) ?? most
        request.budget = .milliseconds(budget)
        request.rules = try reader.rules(limit: limits.ruleIDs).joined(shop.rules)
        try reader.finish()
        return request
    }
}

/// `match`: which products match a query of several words.
enum MatchParameter: String, CaseIterable {
    case auto, all, any

    var matching: Matching {
        switch self {
        case .auto: .auto(minimum: 10)
        case .all: .all
        case .any: .any
        }
    }
}

extension Duration {
    /// As a number of milliseconds.
    var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
