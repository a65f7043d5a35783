import Catalog
import Testing

@testable import Ranking

@Suite struct DocumentTemplateTests {
    private let product = Product(
        id: ProductID("X"),
        title: "Wireless   headphones\n",
        brand: "Sony",
        categories: [["Audio", "Headphones"], ["Sale"]],
        description: "<p>Quiet &amp; light.</p><br/>Less < 300 g",
        price: Price(299, "EUR"),
        salePrice: 249.5,
        rating: 4.46,
        ratingCount: 120,
        attributes: [
            Attribute("Color", ["black", "white"]), Attribute("GTIN", ["4548736132610"]),
            Attribute("Manual", ["https://example.com/x.pdf"]), Attribute("Weight", ["254 g"]),
        ]
    )

    @Test func `The standard template has one labelled line for each field a product has`() {
        #expect(
            DocumentTemplate.standard.text(of: product) == """
                Title: Wireless headphones
                Brand: Sony
                Category: Audio > Headphones; Sale
                Attributes: Color: black, white; Weight: 254 g
                Price: 249.50 EUR
                Rating: 4.5 (120 ratings)
                Description: Quiet &amp; light. Less < 300 g
                """
        )
        #expect(DocumentTemplate.standard.text(of: Product(id: ProductID("Y"), title: "Bag")) == "Title: Bag")
    }

    @Test func `Order and labels are the template's, and an attribute can have a line of its own`() {
        let template = DocumentTemplate(lines: [
            .init(.attribute("color"), label: "Colour"), .init(.title, label: ""), .init(.attributes, label: "More"),
        ])
        #expect(
            template.text(of: product) == "Colour: black, white\nWireless headphones\nMore: Weight: 254 g"
        )
    }

    @Test func `No text is longer than the limit, and no line but the last takes the place of the others`() {
        var long = product
        long.attributes = (0..<1000).map { Attribute("Name \($0)", ["value"]) }
        long.description = String(repeating: "很长的描述", count: 1000)
        for limit in [1, 2, 7, 8, 9, 50, 100, 399, 400, 1200, 5000] {
            var template = DocumentTemplate.standard
            template.limit = limit
            let text = template.text(of: long)
            #expect(text.count <= limit)
            #expect(text.count > limit / 2 || limit < 20, "\(limit): \(text.count)")
        }
        let text = DocumentTemplate.standard.text(of: long)
        #expect(text.contains("\nPrice: 249.50 EUR\n"))
        #expect(text.count == 1200)
    }

    @Test func `A text is cut between words, and a character is never cut`() {
        #expect(PlainText.of("one two three four five", most: 22) == "one two three four")
        #expect(PlainText.of("one two", most: 7) == "one two")
        #expect(PlainText.of("one two", most: 3) == "one")
        #expect(PlainText.of("无线降噪耳机", most: 4) == "无线降噪")
        #expect(PlainText.of("👨‍👩‍👧👨‍👩‍👧", most: 1) == "👨‍👩‍👧")
        #expect(PlainText.of("a\u{0}b\u{7}\u{2028}c<script>x", most: 90) == "a b c x")
    }

    @Test func `A changed price changes the text of its product, and nothing else does`() {
        var cheaper = product
        cheaper.salePrice = 199
        cheaper.url = "https://example.com/elsewhere"
        let before = DocumentTemplate.standard.text(of: product).split(separator: "\n")
        let after = DocumentTemplate.standard.text(of: cheaper).split(separator: "\n")
        #expect(zip(before, after).filter { $0 != $1 }.map { String($1) } == ["Price: 199.00 EUR"])
    }
}
