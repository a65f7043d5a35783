import Catalog
import Testing

@Suite("What of a product is searchable, and where")
struct ProductTextsTests {
    private func text(_ column: TextColumn, _ change: (inout Product) -> Void) -> String {
        var product = Product(id: ProductID("P1"), title: "A title")
        change(&product)
        var bytes: [UInt8] = []
        ProductTexts.append(column, of: product, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        "an attribute that says yes is found by its name, one that says no not at all",
        arguments: [
            ("yes", "P1|waterproof"), ("YES", "P1|waterproof"), ("да", "P1|waterproof"), ("нет", "P1"), ("いいえ", "P1"),
            ("no", "P1"), ("ｎｏ", "P1"), ("ｆａｌｓｅ", "P1"), ("1", "P1|1"), ("f", "P1|f"), ("nonstick", "P1|nonstick"),
        ]
    )
    func flags(value: String, expected: String) {
        let found = text(.attributes) { $0.attributes = [Attribute("waterproof", [value])] }
        #expect(found == expected.replacing("|", with: "\u{1E}"))
    }

    @Test("values and category paths are parted by boundaries, names of one path by line feeds")
    func boundaries() {
        let attributes = text(.attributes) {
            $0.attributes = [Attribute("color", ["red", "blue"]), Attribute("fit", ["slim"])]
        }
        #expect(attributes == "P1\u{1E}red\u{1E}blue\u{1E}slim")
        #expect(text(.category) { $0.categories = [["Home", "Lamps"], ["Sale"]] } == "Home\nLamps\u{1E}Sale")
        #expect(text(.title) { _ in } == "A title")
    }

    @Test(
        "what every spelling of yes and no is taken for",
        arguments: [("1", true), ("ON", true), ("✓", true), ("sí", true), ("0", false), ("off", false), ("maybe", nil)]
            as [(String, Bool?)]
    )
    func flagWords(value: String, expected: Bool?) {
        #expect(FlagWords.isTrueLike(value) == (expected == true))
        #expect(FlagWords.isFalseLike(value) == (expected == false))
    }
}
