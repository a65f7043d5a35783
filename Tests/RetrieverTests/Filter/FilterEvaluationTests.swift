import Retriever
import Testing

@Suite("What filters mean")
struct FilterEvaluationTests {
    private let laptop: [String: [FieldValue]] = [
        "brand": [.text("ＳＯＮＹ")], "price": [.number(299.5)], "category": [.path(["Computers", "Laptops", "Gaming"])],
        "in_stock": [.text("in_stock")], "color": [.text("Black"), .text("Deep  Red")],
        "Screen size": [.text("15.6 inch")],
        "weight": [.text("2.1 kg")], "wireless": [.text("Yes")], "touch": [.text("no")], "gtin": [.text("0012345")],
        "released": [.text("2024-05-01")], "memory": [.text("unknown")],
    ]

    @Test(
        "a product satisfies or fails",
        arguments: [
            ("brand = sony", true), ("brand = \"Sony\"", true), ("brand != sony", false), ("brand = son", false),
            ("price < 300", true), ("price >= 299.5", true), ("price 300..400", false), ("price 200..299.5", true),
            ("price = \"299.5\"", true),
            ("category = \"computers > laptops\"", true), ("category = Computers", true),
            ("category = \"Computers>Lap\"", false), ("category = Laptops", false),
            ("category = \"Computers > Laptops > Gaming > 17\"", false),
            ("in_stock", true), ("NOT in_stock", false),
            ("color = black", true), ("color = \"deep red\"", true), ("color != black", false), ("color = red", false),
            ("color IN (blue, black)", true), ("color NOT IN (blue, green)", true),
            ("\"Screen size\" >= 15", true), ("\"Screen size\" > 15.6", false), ("\"Screen size\" 15..16", true),
            ("\"Screen size\" >= 9", true), ("\"Screen size\" < 100", true), ("\"Screen size\" < \"40 cm\"", false),
            ("weight < 2.5kg", true), ("weight < 2500g", false),
            ("wireless", true), ("touch", false), ("missing", false), ("NOT missing", true),
            ("missing EXISTS", false), ("touch EXISTS", true),
            ("missing != 5", true), ("missing = 5", false), ("missing < 5", false),
            ("gtin = 12345", true), ("gtin = \"12345\"", false), ("gtin = \"0012345\"", true),
            ("released >= \"2024-01-01\"", true), ("released BETWEEN \"2023-01-01\" AND \"2023-12-31\"", false),
            ("memory >= 8", false), ("memory < 8", false),
            ("brand = sony AND (price > 500 OR wireless) AND NOT touch", true),
        ]
    )
    func meaning(expression: String, expected: Bool) throws {
        let filter = try Filter(parsing: expression)
        #expect(filter.matches { laptop[$0.name] ?? [] } == expected)
    }

    @Test("a number with one unit is a quantity; ranges, dates and codes are none")
    func quantities() {
        #expect(Quantity("15.6 inch")?.number == 15.6)
        #expect(Quantity("15.6\"")?.unit == "\"")
        #expect(Quantity(" 2ＫＧ ")?.unit == "kg")
        #expect(Quantity("-.5")?.number == -0.5)
        for text in ["", "kg", "2024-05-01", "10-20", "1 2", "0x10", "nan", "inf", "1e999", "WH-1000", "3 x 4"] {
            #expect(Quantity(text) == nil, "\(text)")
        }
    }

    @Test("the model's fields are found under their usual names")
    func standardFields() {
        #expect(FilterField("Price").standard == .price)
        #expect(FilterField("sale price").standard == .salePrice)
        #expect(FilterField("价格").standard == .price)
        #expect(FilterField("in-stock").standard == .inStock)
        #expect(FilterField("Screen size").standard == nil)
    }

    @Test("the fields of a filter are listed once, in order")
    func fields() throws {
        #expect(try Filter(parsing: "b AND (a = 1 OR NOT b) AND c EXISTS").fields.map(\.name) == ["b", "a", "c"])
    }
}
