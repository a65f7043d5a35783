import Catalog
import Foundation
import Testing

@testable import Indexer

/// Row counts are those of each folder's SOURCE.txt; values were read with Python's csv, json and gzip modules.
@Suite("Real dumps")
struct RealDumpTests {
    @Test(
        "Icecat's electronics: 19,406 products",
        .enabled(if: Dump.shared("icecat-electronics/products.jsonl.gz") != nil)
    )
    func icecat() throws {
        let path = try #require(Dump.shared("icecat-electronics/products.jsonl.gz"))
        let dump = try Dump.read(paths: [path], batch: 1000)
        #expect(dump.products.count == 19_406)
        #expect(dump.rejects.isEmpty)
        let toner = try dump.product("3920564")
        #expect(toner.title == "Xerox 006R90321 toner cartridge Original Black 6 pc(s)")
        #expect(toner.brand == "Xerox")
        #expect(toner.description == "Toner (6 Per Box) for CopyCentre C65 Digital Copier")
        #expect(toner.price == Price(4995))
        #expect(toner.values("gtin") == ["0095205603217"])
        #expect(toner.values("attr_n_quantity_per_pack") == ["6"])
        #expect(toner.values("name") == ["006R90321"])
        #expect(dump.role("img_500x500") == .ignored(reason: "picture address"))
    }

    @Test(
        "Best Buy's badly quoted CSV: 48,194 products",
        .enabled(if: Dump.shared("bestbuy-clicks/products.csv.gz") != nil)
    )
    func bestBuy() throws {
        let path = try #require(Dump.shared("bestbuy-clicks/products.csv.gz"))
        let dump = try Dump.read(paths: [path], batch: 1000)
        #expect(dump.products.count == 48_194)
        #expect(dump.rejects.isEmpty)
        #expect(try dump.product("761345750011").title == "Antec - 3.125\" Case Cooling Fan")
        #expect(try dump.product("886978994097").title == "\"Weird Al\" Yankovic: Alpocalypse HD - Blu-ray Disc")
        // csv.reader(escapechar="\\", skipinitialspace=True) counts 33,520 manufacturers, 13 of them "&nbsp;".
        #expect(dump.products.count { $0.brand != nil } == 33_520 - 13)
        #expect(dump.products.count { $0.brand == "Init™" } == 68)
        #expect(dump.only?.columns.last?.filled == 22_561)
        let last = try #require(dump.products.last)
        #expect(last.id == ProductID("45626176"))
        #expect(last.title == "Trash Can (Star Wars Themed)")
        #expect(last.brand == "Jay Franco & Sons")
    }

    @Test("Russian barcodes: 200,000 products", .enabled(if: Dump.shared("barcodes-ru/sample_200k.tsv.gz") != nil))
    func barcodes() throws {
        let path = try #require(Dump.shared("barcodes-ru/sample_200k.tsv.gz"))
        let reader = try DumpReader(paths: [path])
        var count = 0
        var bag: Product?
        while let batch = try reader.nextBatch(limit: 5000) {
            for case .product(let product, _, _) in batch {
                count += 1
                if product.id.rawValue == "3408706" { bag = product }
            }
        }
        #expect(count == 200_000)
        let found = try #require(bag)
        #expect(found.title == "Мешки для мусора Золушка 30л 50шт")
        #expect(found.brand == "ЗОЛУШКА")
        #expect(found.values("gtin") == ["4607140930097"])
        #expect(found.categories == [["Хозяйственные товары (folder)", "Мешки для мусора"]])
    }

    @Test(
        "Chinese titles without header: 73,383",
        .enabled(if: Dump.shared("zh-titles/zh_titles_unique.tsv.gz") != nil)
    )
    func chineseTitles() throws {
        let path = try #require(Dump.shared("zh-titles/zh_titles_unique.tsv.gz"))
        let dump = try Dump.read(paths: [path], batch: 1000)
        #expect(dump.products.count == 73_383)
        #expect(dump.rejects.isEmpty)
        #expect(try dump.product("1").title == "OWIN净水器家用厨房欧恩科技反渗透纯水机O-50CSC")
        #expect(dump.only?.notes.contains { $0.contains("title guessed to be column 3") } == true)
    }

    @Test(
        "Amazon's 24,576 rows through a pipe, one of them without a title",
        .enabled(if: Dump.shared("amazon-24k/data_0_1_0.json.zst") != nil)
    )
    func amazon() throws {
        let path = try #require(Dump.shared("amazon-24k/data_0_1_0.json.zst"))
        let packed = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: DumpError.self) { try Dump.read(paths: [path]) }
        // Reading goes on without it where zstd(1) is not installed.
        guard let text = try Dump.pipe(Array(packed), through: ["zstd", "-dc"]) else { return }
        let dump = try Dump.readPiped(text)
        #expect(dump.only?.rows == 24_576)
        #expect(dump.products.count == 24_575)
        #expect(dump.rejects.map(\.location.line) == [1127])
        let charger = try dump.product("120474075")
        #expect(charger.price == Price(9800))
        #expect(charger.categories == [["Toys_and_Games"]])
        #expect(charger.availability == .inStock)
    }
}
