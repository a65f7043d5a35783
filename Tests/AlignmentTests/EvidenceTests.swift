import Catalog
import Testing

@testable import Alignment

@Suite struct EvidenceTests {
    @Test(
        arguments: [
            ("低糖芒果乾 250g", ["250g"]), ("2 Litres Kettle", ["2000ml"]), ("伊玛2公升快煮壶", ["2000ml"]),
            ("1.5 L", ["1500ml"]), ("1,5 l", ["1500ml"]), ("1500毫升", ["1500ml"]), ("２５０ｇ", ["250g"]),
            ("15.6\" laptop", ["396.2mm"]), ("15.6英寸", ["396.2mm"]), ("6*330ml", ["330ml"]), ("2x500ml", ["500ml"]),
            ("1,000 g", ["1000g"]), ("0.5kg", ["500g"]), ("20000mAh", ["20000mAh"]), ("20 Ah", ["20000mAh"]),
            ("1TB SSD", ["1024GB"]), ("6入", ["6pcs"]), ("6 pcs", ["6pcs"]), ("60 cm breit", ["600mm"]),
            ("250 г", ["250g"]), ("500 Stück", ["500pcs"]), ("1lb", ["453.6g"]),
        ]
    )
    func `Amounts are the same whatever their unit is called`(_ row: (String, [String])) {
        #expect(QuantityReader.quantities(in: row.0).map(\.quantity.description) == row.1)
    }

    @Test(arguments: [
        "5G手机", "2.4G wireless", "AB250g", "IK-2006", "model 250", "3 grand pianos", "WH-1000XM4", "12345678901g",
    ])
    func `Networks, codes and words are no amounts`(_ text: String) {
        #expect(QuantityReader.quantities(in: text).isEmpty)
    }

    private func keys(_ title: String, brand: String? = nil, price: Price? = nil) throws -> Set<EvidenceKey> {
        try EvidenceReader().keys(of: Product(id: ProductID("1"), title: title, brand: brand, price: price))
    }

    @Test func `A code is found whatever stands around it and however it is written`() throws {
        let left = try keys("索尼WH-1000XM4无线降噪耳机")
        let right = try keys("Sony wh1000xm4 headphones")
        #expect(left.shared(with: right) == [EvidenceKey(.code, "wh1000xm4")])
    }

    @Test func `Latin names between Chinese words, and both halves of a brand, are shared`() throws {
        let left = try keys("Colgate高露潔牙刷", brand: "Yinxi/音溪")
        let right = try keys("COLGATE toothbrush", brand: "yinxi")
        #expect(left.shared(with: right) == [EvidenceKey(.word, "colgate"), EvidenceKey(.brand, "yinxi")])
    }

    @Test func `A price counts with its currency`() throws {
        let dollars = try keys("a", price: Price(19.9, "USD"))
        #expect(try dollars.shared(with: keys("b", price: Price(19.9, "USD"))).map(\.kind) == [.price])
        #expect(try dollars.shared(with: keys("b", price: Price(19.9, "EUR"))).isEmpty)
    }

    @Test func `Other amounts of one dimension and other codes are differences`() throws {
        let left = try keys("燕麦片 250g DF337A"), right = try keys("Oatmeal 500 g DF338A, 30 cm")
        #expect(left.differences(from: right) == ["codes df337a / df338a", "250g / 500g"])
        #expect(try left.differences(from: keys("Oatmeal 0.25 kg")).isEmpty)
    }
}
