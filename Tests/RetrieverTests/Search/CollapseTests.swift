import Catalog
import Statistics
import Testing

@testable import Retriever

@Suite("Variants of a product can be shown as one")
struct CollapseTests {
    /// The hits of a search without collapsing, the first of each group only.
    private static func firsts(_ hits: [Hit]) -> [ProductID] {
        var seen: Set<String> = []
        return hits.filter { hit in hit.product?.groupID.map { seen.insert($0).inserted } ?? true }.map(\.id)
    }

    @Test("collapsed hits are the first of each group in any order, on any page", arguments: [91, 92])
    func firstOfEachGroup(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var products = Shop.random(300, &random)
        for index in products.indices where Bool.random(using: &random) {
            // A few giant groups: many documents have to be found for a page of groups.
            products[index].groupID = "G\(Int.random(in: 0..<3, using: &random))"
        }
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(products))
        for query in ["", "lamp", "cable mini", "sofa -mini", "green phone case charger"] {
            for matching in [Matching.auto(minimum: 10), .auto(minimum: 500), .all, .any] {
                for sort in ["relevance", "price", "-rating"] {
                    var request = SearchRequest(query, top: 1000)
                    request.matching = matching
                    request.sort = try SortKey(parsing: sort)
                    request.facets = [FacetRequest(FilterField("brand"))]
                    let all = try index.search(request)
                    let expected = Self.firsts(all.hits)
                    request.collapsesGroups = true
                    request.wantsTotal = Bool.random(using: &random)
                    request.offset = Int.random(in: 0...8, using: &random)
                    request.top = Int.random(in: 0...12, using: &random)
                    let page = try index.search(request)
                    let wanted = Array(expected.dropFirst(request.offset).prefix(request.top))
                    #expect(page.hits.map(\.id) == wanted, "seed \(seed): \(query) \(matching) \(sort)")
                    #expect(page.total == expected.count)
                    #expect(page.facets == all.facets)
                }
            }
        }
    }

    @Test("without a total the best of each group are the same")
    func withoutTotal() throws {
        var random = SplitMix64(seed: 93)
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(Shop.random(300, &random)))
        for query in ["lamp", "cable mini", "green phone case charger"] {
            var request = SearchRequest(query, top: 1000)
            request.matching = .any
            let expected = Self.firsts(try index.search(request).hits)
            request.collapsesGroups = true
            request.wantsTotal = false
            request.top = 20
            let found = try index.search(request).hits.map(\.id)
            #expect(found == Array(expected.prefix(20)))
        }
    }

    @Test("where no product has a group nothing changes")
    func noGroups() throws {
        let index = try TemporaryIndex([Shop.product("a", "lamp"), Shop.product("b", "lamp")])
        #expect(try index.ids("lamp") { $0.collapsesGroups = true } == ["a", "b"])
    }
}
