import Catalog
import Foundation
import Testing

@testable import Indexer

@Suite("Updates read dumps as the build did")
struct RememberedPlanTests {
    private static let catalogue = """
        product_id,sku,title,maker
        P1,S1,Red shirt,Acme
        P1,S2,Blue shirt,Acme
        P2,S3,Red hat,Bree
        P2,S4,Blue hat,Bree

        """

    private func build(_ dumps: [String], into path: String, update: Bool = false, map: [String] = []) throws
        -> BuildReport
    {
        var options = BuildOptions(dumps: dumps, into: path)
        options.update = update
        options.dump.map = try map.map(FieldMapping.init(parsing:))
        var build = IndexBuild(options)
        return try build.run()
    }

    /// What a delta gives to an index whose dump was this one.
    private func delta(_ text: String, of first: String, name: String = "delta.csv") throws -> DumpResult {
        let scratch = try Scratch()
        let reader = try DumpReader(paths: [scratch.file("first.csv", Array(first.utf8))])
        _ = try Dump.drain(reader, batch: 100)
        var options = DumpOptions()
        options.remembered = reader.plans
        return try Dump.read(text, name: name, options: options)
    }

    @Test("the column that identifies products stays the same, though in a delta another one looks likelier")
    func identifier() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        #expect(try build([scratch.file("all.csv", Array(Self.catalogue.utf8))], into: index).products == 4)
        let delta = "product_id,sku,title,maker\nP1,S1,Crimson shirt,Acme\nP2,S3,Crimson hat,Bree\n"
        let report = try build([scratch.file("delta.csv", Array(delta.utf8))], into: index, update: true)
        #expect(report.replaced == 2)
        #expect(report.products == 4)
        // Objects with the same keys, too, and after one update the next.
        let objects = #"{"product_id":"P9","sku":"S4","title":"Navy hat"}"# + "\n"
        let again = try build([scratch.file("delta.jsonl", Array(objects.utf8))], into: index, update: true)
        #expect(again.replaced == 1)
        #expect(again.products == 4)
    }

    @Test("a delta without that column is refused, names it, and changes nothing; --map names its own")
    func missingIdentifier() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        _ = try build([scratch.file("all.csv", Array(Self.catalogue.utf8))], into: index)
        let before = try Data(contentsOf: URL(fileURLWithPath: index))
        let path = try scratch.file("delta.csv", Array("product_id,code,title\nP1,S1,Crimson shirt\n".utf8))
        #expect {
            try build([path], into: index, update: true)
        } throws: { error in
            "\(error)".contains("there is no column \"sku\"") && "\(error)".contains("--map id=COLUMN")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: index)) == before)
        let report = try build([path], into: index, update: true, map: ["id=code"])
        #expect(report.replaced == 1)
        #expect(report.products == 4)
    }

    @Test("what --map said at the build holds for updates")
    func mapping() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        let all = "key,label,title,note\n1,One,First,x\n2,Two,Second,y\n"
        let path = try scratch.file("all.csv", Array(all.utf8))
        _ = try build([path], into: index, map: ["id=key", "title=label", "ignore=note"])
        let report = try build(
            [scratch.file("delta.csv", Array("key,label,title,note\n2,Deux,Zwei,z\n".utf8))],
            into: index,
            update: true
        )
        #expect(report.replaced == 1)
        let roles = report.dump.files.first?.columns.map(\.role)
        #expect(roles == [.mapped(.id), .mapped(.title), .attribute("title"), .ignored(reason: "by --map")])
    }

    @Test("rules read off many values hold for a delta's few")
    func rules() throws {
        let first = """
            id,title,category,Preis,manual
            1,One,Audio/Video,"12,50",https://x.example/1
            2,Two,Phones,"3,99",https://x.example/2
            3,Three,Lamps,"1.299,00",https://x.example/3

            """
        let products = try delta("id,title,category,Preis,manual\n1,One,Audio/Video,1.499,on paper\n", of: first)
            .products
        #expect(products.first?.categories == [["Audio/Video"]])
        #expect(products.first?.price?.amount == 1499)
        #expect(products.first?.attributes == [])
    }

    @Test("a delta of some of a feed's columns is read as the feed")
    func feeds() throws {
        let first = """
            ID,Type,SKU,Name,Published,"Regular price",Categories
            10,simple,CAP,Cap,1,15,Clothing
            11,simple,BAG,Bag,1,20,Gear

            """
        let delta = try delta("ID,SKU,Name,Regular price\n10,CAP,Cap,12\n", of: first)
        #expect(delta.ids == ["10"])
        #expect(delta.only?.feed == "WooCommerce")
        #expect(throws: DumpError.self) { try self.delta("SKU,Name,Regular price\nCAP,Cap,12\n", of: first) }
    }

    @Test("of several dumps of one build the first settles the columns that the others share")
    func shards() throws {
        let scratch = try Scratch()
        let dump = try Dump.read(paths: [
            scratch.file("1.csv", Array(Self.catalogue.utf8)),
            scratch.file("2.csv", Array("product_id,sku,title,maker\nP3,S5,Coat,Acme\n".utf8)),
            scratch.file("3.csv", Array("product_id,title\nP4,Sock\n".utf8)),
        ])
        #expect(dump.ids == ["S1", "S2", "S3", "S4", "S5", "P4"])
    }

    @Test("a column that a delta has for the first time identifies nothing, and is not what --map said another one is")
    func newColumns() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        let all = "sku,label\nS1,One\nS2,Two\n"
        _ = try build([scratch.file("all.csv", Array(all.utf8))], into: index, map: ["title=label"])
        let delta = "sku,label,id,name\nS1,Uno,7,New\n,Due,8,Newer\nS2,,9,Newest\n"
        let report = try build([scratch.file("delta.csv", Array(delta.utf8))], into: index, update: true)
        #expect(report.replaced == 1)
        #expect(report.rejected == ["missing_id": 1, "missing_title": 1])
        let roles = report.dump.files.first?.columns.map(\.role)
        #expect(roles == [.mapped(.id), .mapped(.title), .attribute("id"), .attribute("name")])
    }

    @Test("dumps that identify products by different columns are remembered apart")
    func kinds() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        let other = "product_id,title\nP8,Sock\nP9,Coat\n"
        let dumps = [
            try scratch.file("1.csv", Array(Self.catalogue.utf8)), try scratch.file("2.csv", Array(other.utf8)),
        ]
        #expect(try build(dumps, into: index).products == 6)
        let wide = "product_id,sku,title,maker\nP9,S1,Crimson shirt,Acme\n"
        let bySKU = try build([scratch.file("wide.csv", Array(wide.utf8))], into: index, update: true)
        #expect(bySKU.replaced == 1)
        let narrow = "product_id,title\nP9,Long coat\n"
        let byProduct = try build([scratch.file("narrow.csv", Array(narrow.utf8))], into: index, update: true)
        #expect(byProduct.replaced == 1)
        #expect(byProduct.products == 6)
    }

    @Test("plans survive their way through an index, also where it is written anew")
    func compaction() throws {
        let scratch = try Scratch()
        let index = scratch.path("shop.db")
        _ = try build([scratch.file("all.csv", Array(Self.catalogue.utf8))], into: index)
        // German enough to become the language of an index of four products, which are all analyzed anew then.
        let rows = (0..<20).map {
            "P\($0 % 7),G\($0),Der Stuhl für den Garten und die Küche ist mit dem Tisch schön,Bree\n"
        }
        let german = "product_id,sku,title,maker\n" + rows.joined()
        let update = try build([scratch.file("german.csv", Array(german.utf8))], into: index, update: true)
        #expect(update.products == 24)
        let rebuilt = try build(
            [scratch.file("whole.csv", Array((Self.catalogue + rows.joined()).utf8))],
            into: scratch.path("rebuilt.db")
        )
        #expect(update.languages == rebuilt.languages)
        #expect(update.languages == ["de": 24])
        let delta = try scratch.file("delta.csv", Array("product_id,sku,title\nP9,S1,Crimson shirt\n".utf8))
        #expect(try build([delta], into: index, update: true).products == 24)
    }
}

@Suite("Columns that begin late")
struct LateColumnTests {
    private static let count = 300

    /// One dump whose `manual` has a value in the first row or in the last, JSON lines or a table.
    private func products(lateIn name: String, value: String) throws -> [Product] {
        try [true, false].map { isFirst -> [Product] in
            var lines = name == "d.csv" ? ["id,title,manual"] : []
            for number in 0..<Self.count {
                let isFilled = number == (isFirst ? 0 : Self.count - 1)
                lines.append(
                    name == "d.csv"
                        ? "\(number),T,\(isFilled ? value : "")"
                        : "{\"id\":\(number),\"title\":\"T\"\(isFilled ? ",\"manual\":\"\(value)\"" : "")}"
                )
            }
            return try Dump.read(lines.joined(separator: "\n"), name: name).products
        }
        .flatMap { $0 }.filter { !$0.attributes.isEmpty }
    }

    @Test("a column of addresses is ignored wherever in the dump it begins", arguments: ["d.csv", "d.jsonl"])
    func addresses(name: String) throws {
        #expect(try products(lateIn: name, value: "https://x.example/manual.pdf").isEmpty)
        #expect(try products(lateIn: name, value: "on paper").map(\.attributes).count == 2)
    }

    @Test("a category that begins late is split")
    func categories() throws {
        let lines = (0..<Self.count).map { number in
            "{\"id\":\(number),\"title\":\"T\"\(number == Self.count - 1 ? ",\"category\":\"Home > Lamps\"" : "")}"
        }
        let dump = try Dump.read(lines.joined(separator: "\n"), name: "d.jsonl")
        #expect(dump.products.last?.categories == [["Home", "Lamps"]])
    }
}
