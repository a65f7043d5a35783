import Catalog
import Foundation
import Testing

@testable import Indexer

@Suite("XML and linked data")
struct XMLTests {
    static let rss = """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss xmlns:g="http://base.google.com/ns/1.0" version="2.0">
        <channel><title>Shop</title><link>https://x.example</link>
        <item>
          <g:id>A1</g:id><title>Lamp &amp; Shade</title><description><![CDATA[<p>Brass <b>lamp</b></p>]]></description>
          <link>https://x.example/a1</link><g:image_link>https://x.example/a1.jpg</g:image_link>
          <g:availability>in stock</g:availability><g:price>15.00 USD</g:price><g:brand>Lumo</g:brand>
          <g:product_type>Home &gt; Lamps</g:product_type><!-- <item> in a comment -->
          <g:shipping><g:country>US</g:country><g:price>5.00 USD</g:price></g:shipping>
          <g:product_detail><g:attribute_name>Bulb</g:attribute_name></g:product_detail>
        </item>
        <item><g:id>A2</g:id><title>Broken</titel></item>
        <item><g:id>A3</g:id><title>Third &#x2014; &eacute;</title><description>&lt;p&gt;Twice&lt;/p&gt; escaped</description></item>
        </channel></rss>
        """

    @Test("RSS items with Google's elements")
    func items() throws {
        let dump = try Dump.read(Self.rss, name: "feed.xml")
        #expect(dump.only?.feed == "Google Merchant")
        #expect(dump.only?.format == .xml)
        #expect(dump.ids == ["A1", "A3"])
        let lamp = try dump.product("A1")
        #expect(lamp.title == "Lamp & Shade")
        #expect(lamp.description == "Brass lamp")
        #expect(lamp.price == Price(15, "USD"))
        #expect(lamp.categories == [["Home", "Lamps"]])
        #expect(lamp.values("shipping.country") == ["US"])
        #expect(lamp.url == "https://x.example/a1")
        let third = try dump.product("A3")
        #expect(third.title == "Third — é")
        #expect(third.description == "Twice escaped")
        #expect(dump.rejects.map(\.location.line) == [12])
        #expect(dump.rejects.first?.reason.code == "malformed_xml")
    }

    @Test("Atom entries, with links in attributes")
    func atom() throws {
        let dump = try Dump.read(
            """
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
            <entry><g:id>1</g:id><title>Tee</title><link href="https://x.example/1"/><summary>Soft</summary>
            <g:price>9.00 EUR</g:price><g:image_link>https://x.example/1.jpg</g:image_link></entry>
            </feed>
            """,
            name: "feed.xml"
        )
        let tee = try dump.product("1")
        #expect(tee.url == "https://x.example/1")
        #expect(tee.price == Price(9, "EUR"))
        #expect(tee.description == "Soft")
    }

    @Test("other shops' elements, with attributes and named parameters")
    func generic() throws {
        let dump = try Dump.read(
            """
            <yml_catalog><shop><offers>
            <offer id="12" available="true"><name>Чайник</name><vendor>Boil</vendor><price>1990</price><currencyId>RUB</currencyId>
            <param name="Объём">1.7 л</param><param name="Цвет">белый</param></offer>
            <offer id="13" available="false"><name>Кружка</name><price>350</price><currencyId>RUB</currencyId></offer>
            </offers></shop></yml_catalog>
            """,
            name: "feed.xml"
        )
        let kettle = try dump.product("12")
        #expect(kettle.title == "Чайник")
        #expect(kettle.price == Price(1990, "RUB"))
        #expect(kettle.availability == .inStock)
        #expect(kettle.values("Объём") == ["1.7 л"])
        #expect(try dump.product("13").availability == .outOfStock)
    }

    @Test("a document that breaks off is an error, inside of an item or between items")
    func truncated() {
        for cut in ["<g:id>A3", "</channel></rss>"] {
            let text = String(Self.rss[..<(Self.rss.range(of: cut)?.lowerBound ?? Self.rss.endIndex)])
            #expect {
                try Dump.read(text, name: "feed.xml")
            } throws: { error in
                if case DumpError.brokenDocument = error { true } else { false }
            }
        }
    }

    @Test("schema.org products in a page's scripts; other types are left out")
    func page() throws {
        let dump = try Dump.read(
            """
            <!DOCTYPE html><html><head><title>x</title>
            <script>var a = "<script>";</script>
            <script type="application/ld+json">{"@context":"https://schema.org","@graph":[
            {"@type":"WebSite","name":"Shop"},
            {"@type":"Product","sku":"K1","name":"Kettle","brand":{"@type":"Brand","name":"Boil"},"image":["https://x.example/k.jpg"],
            "offers":{"@type":"Offer","price":"29.90","priceCurrency":"EUR","availability":"https://schema.org/InStock"},
            "aggregateRating":{"ratingValue":4.4,"reviewCount":89},
            "additionalProperty":[{"@type":"PropertyValue","name":"Volume","value":"1.7 l"}]}]}</script>
            </head><body><script type='application/ld+json'>{"@type":"BreadcrumbList","name":"no"}</script></body></html>
            """,
            name: "page.html"
        )
        #expect(dump.only?.format == .html)
        #expect(dump.only?.feed == "schema.org")
        #expect(dump.ids == ["K1"])
        let kettle = try dump.product("K1")
        #expect(kettle.brand == "Boil")
        #expect(kettle.price == Price(29.9, "EUR"))
        #expect(kettle.availability == .inStock)
        #expect(kettle.rating == 4.4)
        #expect(kettle.ratingCount == 89)
        #expect(kettle.imageURL == "https://x.example/k.jpg")
        #expect(kettle.attributes == [Attribute("Volume", ["1.7 l"])])
        #expect(dump.locations.first?.line == 5)
        #expect(dump.only?.skipped.values.reduce(0, +) == 1)
    }

    @Test("schema.org objects one a line, with several offers and a graph streamed")
    func linkedDataLines() throws {
        let dump = try Dump.read(
            """
            {"@type":"Product","sku":"1","name":"A","offers":[{"price":12,"priceCurrency":"USD","availability":"OutOfStock"},{"price":10,"availability":"InStock"}]}
            {"@type":["Product","Thing"],"gtin13":"4006381333931","name":"B","offers":{"lowPrice":5}}
            {"@type":"Organization","name":"Shop"}
            """,
            name: "d.jsonl"
        )
        #expect(dump.ids == ["1", "4006381333931"])
        #expect(dump.rejects.isEmpty)
        let first = try dump.product("1")
        #expect(first.price == Price(10, "USD"))
        #expect(first.availability == .inStock)
        let graph = try Dump.read(
            "{\"@context\":\"https://schema.org\",\"@graph\":[{\"@type\":\"Product\",\"sku\":\"1\",\"name\":\"A\"},{\"@type\":\"WebPage\",\"name\":\"w\"}]}",
            name: "d.json"
        )
        #expect(graph.ids == ["1"])
    }
}
