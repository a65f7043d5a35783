import Catalog
import Foundation
import Testing

@testable import Indexer

@Suite("Product groups of schema.org")
struct ProductGroupTests {
    /// One page with all variants, as Google's guide to product variants arranges it.
    private static let page = """
        {
          "@context": "https://schema.org/",
          "@type": "ProductGroup",
          "name": "Harbour rain jacket",
          "description": "Waterproof jacket with taped seams &amp; a hood",
          "url": "https://shop.example/jacket",
          "brand": {"@type": "Brand", "name": "Nordwind"},
          "category": "Clothing > Jackets",
          "audience": {"@type": "PeopleAudience", "suggestedGender": "unisex"},
          "productGroupID": "NW-JACKET",
          "sku": "NW-JACKET-ALL",
          "pattern": "plain",
          "material": "polyamide",
          "image": "https://shop.example/jacket.jpg",
          "variesBy": ["https://schema.org/size", "https://schema.org/color"],
          "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 12},
          "hasVariant": [
            {
              "@type": "Product",
              "@id": "#small_green",
              "sku": "NW-J-S-GREEN",
              "gtin13": "4006381333931",
              "image": "https://shop.example/jacket-green.jpg",
              "name": "Harbour rain jacket, small, green",
              "description": "Green jacket in small",
              "color": "green",
              "size": "small",
              "offers": {
                "@type": "Offer",
                "url": "https://shop.example/jacket?size=small&color=green",
                "priceCurrency": "EUR",
                "price": 129.90,
                "itemCondition": "https://schema.org/NewCondition",
                "availability": "https://schema.org/InStock",
                "shippingDetails": {"@id": "#shipping"}
              }
            },
            {
              "@type": "Product",
              "@id": "#large_blue",
              "sku": "NW-J-L-BLUE",
              "color": "blue",
              "size": {"@type": "SizeSpecification", "name": "large"},
              "material": "wool",
              "offers": {
                "@type": "AggregateOffer",
                "lowPrice": "119.00",
                "highPrice": "139.00",
                "priceCurrency": "EUR",
                "offers": [
                  {"@type": "Offer", "price": "119.00", "availability": "https://schema.org/OutOfStock"},
                  {"@type": "Offer", "price": "139.00", "availability": "https://schema.org/BackOrder"}
                ]
              }
            }
          ]
        }

        """

    @Test("variants inside of a group are products and inherit what they do not say")
    func inline() throws {
        let dump = try Dump.read(Self.page, name: "page.json")
        #expect(dump.only?.feed == "schema.org")
        #expect(dump.ids == ["NW-J-S-GREEN", "NW-J-L-BLUE"])
        let green = try dump.product("NW-J-S-GREEN")
        #expect(green.title == "Harbour rain jacket, small, green")
        #expect(green.description == "Green jacket in small")
        #expect(green.brand == "Nordwind")
        #expect(green.categories == [["Clothing", "Jackets"]])
        #expect(green.url == "https://shop.example/jacket?size=small&color=green")
        #expect(green.imageURL == "https://shop.example/jacket-green.jpg")
        #expect(green.price == Price(129.9, "EUR"))
        #expect(green.availability == .inStock)
        #expect(green.rating == 4.5)
        #expect(green.ratingCount == 12)
        #expect(green.groupID == "NW-JACKET")
        #expect(
            green.attributes == [
                Attribute("gtin", ["4006381333931"]), Attribute("color", ["green"]), Attribute("size", ["small"]),
                Attribute("audience.suggestedGender", ["unisex"]), Attribute("pattern", ["plain"]),
                Attribute("material", ["polyamide"]),
            ]
        )
        let blue = try dump.product("NW-J-L-BLUE")
        #expect(blue.title == "Harbour rain jacket")
        #expect(blue.description == "Waterproof jacket with taped seams & a hood")
        #expect(blue.url == "https://shop.example/jacket")
        #expect(blue.imageURL == "https://shop.example/jacket.jpg")
        #expect(blue.price == Price(119, "EUR"))
        #expect(blue.values("size") == ["large"])
        #expect(blue.attributes.filter { $0.name == "material" } == [Attribute("material", ["wool"])])
        #expect(blue.groupID == "NW-JACKET")
        #expect(dump.locations.map(\.line) == [18, 38])
        #expect(dump.only?.rows == 3)
        #expect(dump.only?.skipped == ["product group, whose variants are products": 1])
        #expect(dump.rejects.isEmpty)
    }

    @Test("on one line, in a graph, in a list, in a page's script, under a web page: the same products")
    func arrangements() throws {
        let expected = try Dump.read(Self.page, name: "page.json").products
        let line = Self.page.split(separator: "\n").joined() + "\n"
        let site = #"{"@type":"WebSite","name":"Shop"}"#
        let product = #"{"@type":"Product","sku":"MUG","name":"Mug"}"#
        let forms: [(String, String)] = [
            ("d.jsonl", line + product + "\n"),
            ("d.json", "{\"@context\":\"https://schema.org\",\"@graph\":[\(site),\(Self.page),\(product)]}"),
            ("d.json", "[\(site),\(Self.page),\(product)]"),
            ("d.json", "{\"@type\":\"ItemPage\",\"mainEntity\":\(Self.page)}"),
            ("d.html", "<!DOCTYPE html><html><script type=\"application/ld+json\">[\(Self.page)]</script></html>"),
            ("d.html", "<html><script type=\"application/ld+json\">{\"@graph\":[\(Self.page)]}</script></html>"),
        ]
        for (name, text) in forms {
            let dump = try Dump.read(text, name: name)
            #expect(Array(dump.products.prefix(2)) == expected, "\(name): \(text.prefix(60))")
            #expect(dump.products.dropFirst(2).allSatisfy { $0.id.rawValue == "MUG" })
            #expect(dump.rejects.isEmpty)
        }
    }

    @Test("type behind the variants, or among other types, makes no difference")
    func lateType() throws {
        let variants = #""hasVariant":[{"sku":"A","color":"red"},{"sku":"B","color":"blue"}]"#
        for text in [
            "{\"@context\":\"https://schema.org\",\"name\":\"Cap\",\(variants),\"@type\":\"ProductGroup\"}",
            "{\n \"@context\":\"https://schema.org\",\n \"name\":\"Cap\",\n \(variants),\n \"@type\":\"ProductGroup\"\n}",
            "{\"@type\":[\"Thing\",\"https:\\/\\/schema.org\\/ProductGroup\"],\"name\":\"Cap\",\"offers\":{\"price\":5},\(variants)}",
            "{\"@type\":\"Product\",\"@context\":\"https://schema.org\",\"name\":\"Cap\",\(variants)}",
        ] {
            let dump = try Dump.read(text, name: "d.json")
            #expect(dump.ids == ["A", "B"], "\(text)")
            #expect(dump.titles == ["Cap", "Cap"])
            #expect(dump.products.map { $0.values("color") } == [["red"], ["blue"]])
        }
    }

    private static let group = """
        {"@type":"ProductGroup","@id":"#tee","name":"Tee","brand":{"name":"Acme"},"productGroupID":"TEE","url":"https://shop.example/tee"}
        """
    private static let red = """
        {"@type":"Product","sku":"T-RED","color":"red","isVariantOf":{"@id":"#tee"},"offers":{"price":9,"priceCurrency":"EUR"}}
        """
    private static let blue = """
        {"@type":"Product","sku":"T-BLUE","name":"Blue tee","color":"blue","isVariantOf":[{"@type":"ProductGroup","productGroupID":"TEE"}]}
        """
    private static let plain = #"{"@type":"Product","sku":"MUG","name":"Mug","inProductGroupWithID":"TEE"}"#

    @Test("variants elsewhere find their group, before or behind it", arguments: [0, 1, 2, 3])
    func references(place: Int) throws {
        var nodes = [Self.red, Self.blue, Self.plain]
        nodes.insert(Self.group, at: place)
        for text in [
            "[\(nodes.joined(separator: ",\n"))]", nodes.joined(separator: "\n") + "\n",
            "<html><script type=\"application/ld+json\">{\"@graph\":[\(nodes.joined(separator: ","))]}</script></html>",
        ] {
            let name = text.hasPrefix("[") ? "d.json" : text.hasPrefix("<") ? "d.html" : "d.jsonl"
            let dump = try Dump.read(text, name: name)
            #expect(Set(dump.ids) == ["T-RED", "T-BLUE", "MUG"], "\(name)")
            #expect(dump.products.allSatisfy { $0.groupID == "TEE" && $0.brand == "Acme" }, "\(name)")
            #expect(try dump.product("T-RED").title == "Tee")
            #expect(try dump.product("T-RED").url == "https://shop.example/tee")
            #expect(try dump.product("T-BLUE").title == "Blue tee")
            #expect(try dump.product("MUG").title == "Mug")
            #expect(dump.only?.skipped == ["product group, whose variants are products": 1])
            #expect(dump.rejects.isEmpty)
        }
    }

    @Test("a group that names its variants gives them what they lack; references are no products")
    func listedReferences() throws {
        let nodes = [
            ##"{"@type":"ProductGroup","@id":"#g","name":"Tee","brand":"Acme","hasVariant":[{"@id":"#a"},"#b",{"@type":"Product","url":"https://shop.example/c"}]}"##,
            ##"{"@type":"Product","@id":"#a","sku":"A","offers":{"price":9}}"##,
            ##"{"@type":"Product","@id":"#b","sku":"B","name":"Tee B"}"##,
            ##"{"@type":"Product","@id":"#c","sku":"C","name":"Other"}"##,
        ]
        let dump = try Dump.read("[\(nodes.joined(separator: ","))]", name: "d.json")
        #expect(dump.ids == ["A", "B", "C"])
        #expect(dump.titles == ["Tee", "Tee B", "Other"])
        #expect(dump.products.map(\.groupID) == ["#g", "#g", nil])
        #expect(dump.products.map(\.brand) == ["Acme", "Acme", nil])
        #expect(dump.products.allSatisfy { $0.attributes.isEmpty })
    }

    @Test("a variant may bring its group along; a page's own group of that name goes before")
    func definitions() throws {
        func variant(_ id: String) -> String {
            #"{"@type":"Product","sku":"\#(id)","isVariantOf":{"@type":"ProductGroup","productGroupID":"TEE","name":"Tee","brand":{"name":"Acme"},"hasVariant":[{"sku":"X"}]}}"#
        }
        let alone = try Dump.read([variant("1"), variant("2")].joined(separator: "\n"), name: "d.jsonl")
        #expect(alone.ids == ["1", "2"])
        #expect(alone.titles == ["Tee", "Tee"])
        #expect(alone.products.map(\.groupID) == ["TEE", "TEE"])
        #expect(alone.only?.rows == 2)
        #expect(alone.only?.skipped == [:])
        let own = #"{"@type":"ProductGroup","productGroupID":"TEE","name":"Own tee","offers":{"price":1}}"#
        let both = try Dump.read([own, variant("1")].joined(separator: "\n"), name: "d.jsonl")
        #expect(both.ids == ["1"])
        #expect(both.titles == ["Own tee"])
    }

    @Test("pages that call their groups alike keep them apart")
    func pages() throws {
        let lines = ["Tee", "Cap", "Sock"].map {
            ##"{"@context":"https://schema.org","@type":"ProductGroup","@id":"#product","url":"https://shop.example/\##($0)","name":"\##($0)","hasVariant":[{"@type":"Product","sku":"\##($0)-1"},{"@type":"Product","sku":"\##($0)-2"}]}"##
        }
        let dump = try Dump.read(lines.joined(separator: "\n"), name: "d.jsonl")
        #expect(dump.titles == ["Tee", "Tee", "Cap", "Cap", "Sock", "Sock"])
        #expect(Set(dump.products.compactMap(\.groupID)).count == 3)
        #expect(dump.products[0].groupID == dump.products[1].groupID)
    }

    @Test("a group without variants is a product, known by its number or by its name as a group")
    func alone() throws {
        let dump = try Dump.read(
            """
            {"@type":"ProductGroup","@id":"#1","productGroupID":"G1","name":"Tee","offers":{"price":9,"priceCurrency":"EUR"}}
            {"@type":"ProductGroup","productGroupID":"G2","sku":"S2","name":"Cap","hasVariant":[]}
            {"@type":"ProductGroup","productGroupID":"G3","name":"Sock","hasVariant":[{"url":"https://shop.example/sock"}]}
            {"@type":"ProductGroup","productGroupID":"G4"}
            """,
            name: "d.jsonl"
        )
        #expect(dump.ids == ["G1", "S2", "G3"])
        #expect(dump.products.first?.price == Price(9, "EUR"))
        #expect(dump.reasons == [.missingTitle(column: "\"name\"")])
        #expect(dump.rejects.first?.location.line == 4)
        #expect(dump.only?.skipped == [:])
    }

    @Test("groups come out as those of a Google feed with item_group_id do")
    func likeGoogle() throws {
        let google = try Dump.read(
            """
            id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tbrand\titem_group_id\tcolor\tsize
            A\tTee\tSoft\thttps://x.example/a\thttps://x.example/a.jpg\tin_stock\t9.00 EUR\tAcme\tTEE\tred\tS
            B\tTee\tSoft\thttps://x.example/b\thttps://x.example/a.jpg\tout_of_stock\t8.00 EUR\tAcme\tTEE\tblue\tS
            """,
            name: "feed.tsv"
        )
        let linked = try Dump.read(
            """
            {"@type":"ProductGroup","productGroupID":"TEE","name":"Tee","description":"Soft","brand":"Acme","image":"https://x.example/a.jpg",
            "hasVariant":[
            {"sku":"A","color":"red","size":"S","offers":{"url":"https://x.example/a","price":9,"priceCurrency":"EUR","availability":"InStock"}},
            {"sku":"B","color":"blue","size":"S","offers":{"url":"https://x.example/b","price":8,"priceCurrency":"EUR","availability":"OutOfStock"}}]}
            """,
            name: "feed.json"
        )
        #expect(linked.products == google.products)
    }

    @Test("a bad variant is rejected with its group around it, and can be repaired and read again")
    func rejects() throws {
        let text = Self.page.replacing("\"sku\": \"NW-J-L-BLUE\",", with: "").replacing(
            "\"@id\": \"#large_blue\",",
            with: ""
        )
        let dump = try Dump.read(text, name: "page.json")
        #expect(dump.ids == ["NW-J-S-GREEN"])
        let reject = try #require(dump.rejects.first)
        #expect(reject.reason.code == "missing_id")
        #expect(reject.location.line == 38)
        let original = String(decoding: reject.original, as: UTF8.self)
        #expect(original.hasPrefix("{\n  \"@context\""))
        #expect(!original.contains("NW-J-S-GREEN"))
        let repaired = original.replacing(
            "\"color\": \"blue\",",
            with: "\"color\": \"blue\", \"sku\": \"NW-J-L-BLUE\","
        )
        let again = try Dump.read(repaired, name: "rejects.json")
        let whole = try Dump.read(Self.page, name: "page.json")
        #expect(again.products == [try whole.product("NW-J-L-BLUE")])
        let single = try Dump.read(
            #"{"@type":"ProductGroup","name":"Tee","offers":{"price":1},"hasVariant":{"sku":"","color":"red"},"productGroupID":"G"}"#,
            name: "d.json"
        )
        #expect(
            single.rejects.map { String(decoding: $0.original, as: UTF8.self) } == [
                #"{"@type":"ProductGroup","name":"Tee","offers":{"price":1},"hasVariant":{"sku":"","color":"red"},"productGroupID":"G"}"#
            ]
        )
        #expect(single.products.isEmpty)
    }

    @Test("variants whose group is nowhere stay products where they have a name, and are rejected where not")
    func orphans() throws {
        let dump = try Dump.read([Self.red, Self.blue, Self.plain].joined(separator: "\n"), name: "d.jsonl")
        #expect(Set(dump.ids) == ["T-BLUE", "MUG"])
        #expect(dump.products.map(\.groupID) == ["TEE", "TEE"])
        #expect(dump.reasons == [.variantWithoutParent(parent: "#tee")])
        #expect(dump.rejects.first?.original == Array((Self.red + "\n").utf8))
        #expect(dump.rejects.first?.message.contains("line 1, field \"isVariantOf\"") == true)
    }

    @Test("groups and waiting variants are held within the window")
    func window() throws {
        let early = (0..<200).map {
            ##"{"@type":"Product","sku":"E\##($0)","name":"E","isVariantOf":{"@id":"#e\##($0)"}}"##
        }
        let groups = (0..<200).map { ##"{"@type":"ProductGroup","@id":"#g\##($0)","name":"G\##($0)"}"## }
        let late = [0, 199].map { ##"{"@type":"Product","sku":"L\##($0)","isVariantOf":{"@id":"#g\##($0)"}}"## }
        let text = (early + groups + late).joined(separator: "\n")
        var options = DumpOptions()
        options.groupWindow = 50_000
        let dump = try Dump.read(text, name: "d.jsonl", options: options)
        #expect(dump.ids.filter { $0.hasPrefix("E") } == (0..<200).map { "E\($0)" })
        #expect(try dump.product("L199").title == "G199")
        #expect(dump.reasons == [.variantWithoutParent(parent: "#g0")])
        #expect(dump.products.count == 200 + 199 + 1)
        options.groupWindow = 64 << 20
        let whole = try Dump.read(text, name: "d.jsonl", options: options)
        #expect(whole.rejects.isEmpty)
        #expect(whole.products.count == 200 + 198 + 2)
    }

    @Test("a group of many variants is read in proportion to its length", .timeLimit(.minutes(1)))
    func many() throws {
        let count = 20_000
        let variants = (0..<count).map { #"{"@type":"Product","sku":"V\#($0)","color":"c\#($0 % 50)"}"# }
        let dump = try Dump.read(
            #"{"@type":"ProductGroup","productGroupID":"G","name":"Ribbon","offers":{"price":1},"hasVariant":["#
                + "\n" + variants.joined(separator: ",\n") + "]}",
            name: "d.json"
        )
        #expect(dump.products.count == count)
        #expect(dump.locations.last?.line == count + 1)
    }

    @Test("an update finds the variants of a group again")
    func index() throws {
        let scratch = try Scratch()
        let path = scratch.path("shop.db")
        var build = IndexBuild(BuildOptions(dumps: [try scratch.file("page.json", Array(Self.page.utf8))], into: path))
        #expect(try build.run().products == 2)
        let cheaper = Self.page.replacing("129.90", with: "99.90")
        var options = BuildOptions(dumps: [try scratch.file("delta.json", Array(cheaper.utf8))], into: path)
        options.update = true
        var update = IndexBuild(options)
        let report = try update.run()
        #expect(report.replaced == 2)
        #expect(report.products == 2)
    }
}
