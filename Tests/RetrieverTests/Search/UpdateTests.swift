import Catalog
import Foundation
import GRDB
import Indexer
import Statistics
import Testing

@testable import Retriever

@Suite("Updates give what a rebuild gives")
struct UpdateTests {
    @Test("any mix of upserts and deletes leaves the same hits and scores as a rebuild", arguments: [21, 22, 23])
    func updateEqualsRebuild(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let vocabulary = (0..<120).map { "w\(String($0, radix: 36))x" }
        var shop: [String: Product] = [:]
        for number in 0..<200 { shop["P\(number)"] = random.product("P\(number)", vocabulary: vocabulary) }
        let updated = try TemporaryIndex(shop.values.sorted { $0.id < $1.id })
        for _ in 0..<6 {
            var upserts: [Product] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                let id = "P\(Int.random(in: 0..<260, using: &random))"
                guard !upserts.contains(where: { $0.id.rawValue == id }) else { continue }
                upserts.append(random.product(id, vocabulary: vocabulary))
            }
            let upserted = Set(upserts.map(\.id.rawValue))
            let deletes = Set(
                (0..<Int.random(in: 0...10, using: &random)).map { _ in "P\(Int.random(in: 0..<260, using: &random))" }
            )
            .subtracting(upserted).sorted()
            _ = try updated.update(upserts, delete: deletes)
            for id in deletes { shop[id] = nil }
            for product in upserts { shop[product.id.rawValue] = product }
        }
        let rebuilt = try TemporaryIndex(shop.values.sorted { $0.title < $1.title })
        let left = try ProductIndex(path: updated.path)
        let right = try ProductIndex(path: rebuilt.path)
        #expect(left.productCount == shop.count)
        for _ in 0..<80 {
            var request = SearchRequest(random.words(1...4, of: vocabulary), top: 300)
            request.facets = [try FacetRequest(parsing: "color:1000")]
            request.matching = [Matching.any, .all, .auto(minimum: 10)][Int.random(in: 0..<3, using: &random)]
            if Bool.random(using: &random) { request.filter = try Filter(parsing: "price < 250") }
            if Bool.random(using: &random) { request.sort = try SortKey(parsing: "-price") }
            let (a, b) = (try left.search(request), try right.search(request))
            #expect(a.hits.map(\.id) == b.hits.map(\.id), "seed \(seed): \(request.query)")
            #expect(a.hits.map(\.score) == b.hits.map(\.score), "seed \(seed): \(request.query)")
            #expect(a.total == b.total)
            #expect(a.facets == b.facets)
            #expect(a.hits.map(\.product) == a.hits.map { shop[$0.id.rawValue] })
        }
    }

    @Test("of two products with one id the first is in the index and nothing of the second")
    func duplicates() throws {
        let shop = [("a", "red lamp"), ("a", "blue lamp"), ("b", "green lamp")].map {
            Product(id: ProductID($0.0), title: $0.1)
        }
        let index = try TemporaryIndex(shop)
        #expect(try index.ids("lamp").sorted() == ["a", "b"])
        #expect(try index.ids("") == ["a", "b"])
        #expect(try index.ids("blue") { $0.matching = .all } == [])
        let opened = try ProductIndex(path: index.path)
        #expect(try opened.search(SearchRequest("lamp")).total == 2 && opened.productCount == 2)
    }

    @Test("many small updates do not add up: the index is written anew now and then, and answers stay the same")
    func manyUpdates() throws {
        let shop = (0..<20).map { Product(id: ProductID("k\($0 + 10)"), title: "red lamp number \($0)") }
        let updated = try TemporaryIndex(shop)
        for round in 0..<40 {
            _ = try updated.update([Product(id: ProductID("k\(round % 20 + 10)"), title: "blue lamp number \(round)")])
        }
        let statistics = try IndexConnection.reading(updated.path).read { try IndexMeta.statistics($0) }
        #expect(statistics.nextSegment <= 33)
        #expect(statistics.generation >= 41)
        let last = (20..<40).map { Product(id: ProductID("k\($0 % 20 + 10)"), title: "blue lamp number \($0)") }
        let rebuilt = try TemporaryIndex(last)
        for query in ["blue", "lamp 25", "red"] {
            let left = try ProductIndex(path: updated.path).search(SearchRequest(query, top: 50))
            let right = try ProductIndex(path: rebuilt.path).search(SearchRequest(query, top: 50))
            #expect(left.hits.map(\.id) == right.hits.map(\.id))
            #expect(left.hits.map(\.score) == right.hits.map(\.score))
        }
    }
}
