import Catalog
import Foundation
import GRDB
import Indexer
import Statistics
import Testing

@testable import Retriever

@Suite("Indexes larger than a range of documents or the memory for their postings")
struct LargeIndexTests {
    /// Words of letters alone: codes are found by their parts, too.
    private static let words = (0..<400).map { number in
        String([number % 20, number / 20, 3].map { Character(Unicode.Scalar(UInt8(ascii: "b") + UInt8($0))) })
    }

    private static func products(_ count: Int, _ random: inout SplitMix64) -> [Product] {
        (0..<count).map { number in
            var product = Product(id: ProductID("k\(number)"), title: random.words(1...3, of: words))
            product.groupID = number % 10 == 0 ? "g\(number % 7)" : nil
            return product
        }
    }

    private static func build(_ products: [Product], at path: String, memoryLimit: Int) throws {
        var options = BuildOptions(products: products, into: path)
        options.language = Language.none
        options.memoryLimit = memoryLimit
        var build = IndexBuild(options)
        _ = try build.run()
    }

    @Test("posting lists are the same whether they fit into memory or are spilled to disk many times", arguments: [31])
    func spilled(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = Self.products(12_000, &random)
        let index = try TemporaryIndex([Shop.product("a", "x")])
        let rows = try [128 << 20, 1 << 20].map { limit in
            try Self.build(products, at: index.path, memoryLimit: limit)
            return try IndexConnection.reading(index.path).read { database in
                try Row.fetchAll(database, sql: "SELECT segment, first, block FROM postings ORDER BY segment, first")
            }
        }
        #expect(rows[0].count > 20)
        #expect(rows[0] == rows[1], "seed \(seed)")
    }

    @Test(
        "documents of a second range are found, counted and filtered like those of the first",
        arguments: [1 << 20, 128 << 20]
    )
    func twoRanges(memoryLimit: Int) throws {
        let seed: UInt64 = 32
        var random = SplitMix64(seed: seed)
        let products = Self.products(DocumentRange.capacity + 600, &random)
        let temporary = try TemporaryIndex([Shop.product("a", "x")])
        try Self.build(products, at: temporary.path, memoryLimit: memoryLimit)
        let index = try ProductIndex(path: temporary.path)
        let titles = products.map { Set($0.title.split(separator: " ").map(String.init)) }
        for word in [0, 3, 50, 200, 399].map({ Self.words[$0] }) {
            var request = SearchRequest(word, top: 100_000)
            request.wantsProducts = false
            request.correctsSpelling = false
            let all = Set(products.indices.filter { titles[$0].contains(word) }.map { products[$0].id })
            let response = try index.search(request)
            #expect(response.total == all.count && Set(response.hits.map(\.id)) == all, "seed \(seed): \(word)")
            request.filter = try Filter(parsing: "group_id = g3")
            let grouped = Set(products.filter { $0.groupID == "g3" }.map(\.id)).intersection(all)
            #expect(try Set(index.search(request).hits.map(\.id)) == grouped, "seed \(seed): \(word)")
        }
    }
}
