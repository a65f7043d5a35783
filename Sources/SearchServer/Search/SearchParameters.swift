import Catalog
import Clicks
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
    /// The second way to rank that some shoppers see; nil: there is none.
    var experiment: RankingExperiment?

    /// Characters of an id of a shopper at most.
    static let longestID = 512

    /// Hits of a page where none are asked for.
    static let pageSize = 10

    /// The search.
    ///
    /// - Throws: `ServerError`, `RequestError`, `RankingError`, `ColumnWeightsError`.
    func search(_ reader: ParameterReader) throws -> ShopperSearch {
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

        var request = RankingRequest(search)
        let saysHow = Self.ranking.contains(where: reader.has)
        var own = shop
        try own.readRanking(&reader)
        own.rank(&request, stage: stage)
        request.instruction = try reader.text("instruction", limit: limits.instructionLength)
        let most = Int(limits.time.milliseconds)
        let budget = try reader.integer("budget_ms", or: "budget", in: 1...most) ?? most
        request.budget = .milliseconds(budget)
        request.rules = try reader.rules(limit: limits.ruleIDs).joined(shop.rules)
        var found = ShopperSearch(request: request)
        found.visitor = Visitor(
            user: try id("user_id", &reader).map { UserID($0) },
            client: try id("client_id", &reader).map { ClientID($0) },
            session: try id("session_id", &reader).map { SessionID($0) }
        )
        try reader.finish()
        let isOpen =
            !saysHow && search.sort == .relevance && !search.completesLastWord
            && !query.allSatisfy(\.isWhitespace)
        if isOpen, let experiment { found.challenger = experiment.request(request, stage: stage) }
        return found
    }

    /// Parameters that say how to rank; a request with one of them is no part of an experiment.
    private static let ranking = [
        "stage", "candidates", "fusion", "floor", "click_weight", "click_floor", "weights", "instruction",
    ]

    /// An id of a shopper; none where it is empty.
    private func id(_ name: String, _ reader: inout ParameterReader) throws(ServerError) -> String? {
        guard let id = try reader.text(name, limit: Self.longestID), !id.isEmpty else { return nil }
        return id.replacing("\0", with: " ")
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
