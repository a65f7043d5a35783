import Catalog
import Foundation
import GRDB
import Indexer
import Statistics
import Testing

@Suite("The FTS5 table of a new index, which is written without FTS5's inserts")
struct SearchTableTests {
    private static let letters = Array("bcdfghjklmnpqrstvwxz")
    private static let words = (0..<900).map { "\(letters[$0 % 20])\(letters[$0 / 20 % 20])\(letters[$0 / 400])q" }

    /// Products with a word in every one of them, some with one id, and a description longer than a page.
    private static func products(_ count: Int, _ random: inout SplitMix64) -> [Product] {
        var products = (0..<count).map { number in
            var product = random.product(number % 97 == 96 ? "p\(number - 1)" : "p\(number)", vocabulary: words)
            // Words that begin alike lie beside each other in an index, in pairs that differ behind eight letters.
            product.title += " everywhere" + (number % 3 == 0 ? " everywherehall" : " everywherehallway")
            return product
        }
        products[count / 2].description = random.words(6000...6000, of: words)
        return products
    }

    /// Has FTS5 check the index's table, and compares it with another index's: the tokens that only one of them has.
    private static func differences(
        _ path: String,
        _ other: String
    ) throws -> (tokens: Int, different: Int, sameTotals: Bool) {
        let queue = try IndexConnection.changing(path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH ? AS other", arguments: [other])
            try database.execute(
                sql: """
                    INSERT INTO main.search (search) VALUES ('integrity-check');
                    INSERT INTO other.search (search) VALUES ('integrity-check');
                    CREATE VIRTUAL TABLE temp.ours USING fts5vocab(main, search, instance);
                    CREATE VIRTUAL TABLE temp.theirs USING fts5vocab(other, search, instance);
                    """
            )
            // Between two values FTS5's inserts need a token to keep phrases apart; a gap does as well.
            let ours = "SELECT term, doc, col, offset FROM ours"
            let theirs = "SELECT term, doc, col, offset FROM theirs WHERE term <> char(30)"
            let totals = "SELECT hex(block) FROM %.search_data WHERE id = 1"
            let (own, others) = try (
                String.fetchOne(database, sql: totals.replacing("%", with: "main")),
                String.fetchOne(database, sql: totals.replacing("%", with: "other"))
            )
            let different = try ["\(ours) EXCEPT \(theirs)", "\(theirs) EXCEPT \(ours)"].map {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM (\($0))") ?? -1
            }
            return (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM (\(ours))") ?? 0, different[0] + different[1],
                own == others
            )
        }
    }

    @Test(
        "holds what FTS5's own inserts make of the same products, and passes its integrity check",
        arguments: [256 << 20, 1 << 20]
    )
    func sameAsInserts(memoryLimit: Int) throws {
        var random = SplitMix64(seed: 71)
        let products = Self.products(6000, &random)
        let inserted = try TemporaryIndex(Array(products.prefix(1)))
        _ = try inserted.update(Array(products.dropFirst()))
        let written = try TemporaryIndex([Shop.product("a", "x")])
        var options = BuildOptions(products: products, into: written.path)
        options.language = .english
        options.memoryLimit = memoryLimit
        var build = IndexBuild(options)
        let report = try build.run()
        #expect(report.rejected["duplicate_id"] == 6000 / 97)
        let (tokens, different, sameTotals) = try Self.differences(written.path, inserted.path)
        #expect(tokens > 80_000)
        #expect(different == 0)
        #expect(sameTotals, "rows, and tokens by column")
    }

    @Test("passes FTS5's check after products were replaced and deleted, and finds their phrases no more")
    func changedLater() throws {
        var random = SplitMix64(seed: 72)
        let products = Self.products(1500, &random)
        let index = try TemporaryIndex(products)
        let changed = products.prefix(300).map { product in
            var product = product
            product.title = "quite new " + product.title
            return product
        }
        _ = try index.update(Array(changed), delete: (700..<800).map { "p\($0)" })
        let other = try TemporaryIndex([Shop.product("a", "x")])
        #expect(try Self.differences(index.path, other.path).tokens > 20_000)
        #expect(try index.ids("\"\(products[10].title)\"").contains("p10"))
        #expect(try !index.ids("\"\(products[750].title)\"", top: 100).contains("p750"))
        #expect(try index.ids("\"quite new\"", top: 1000).count == Set(changed.map(\.id)).count)
    }
}
