import Testing

@testable import Reranker

/// Two products that differ in one attribute, and queries that ask for it and that exclude it.
///
/// The pairs were written down before the weights they are used on were trained.
@Suite struct BundledAttributeTests {
    /// A kind of product, one of its attributes, another, a product that has `{}` one of them, and a way to exclude one.
    struct Pair: Sendable {
        var kind: String
        var value: String
        var other: String
        var product: String
        var exclusion: String

        /// The product with an attribute.
        func with(_ value: String) -> String { product.replacing("{}", with: value) }
    }

    private static let pairs = [
        Pair(
            kind: "backpack",
            value: "black",
            other: "blue",
            product: "Title: Backpack, {}, 20 L",
            exclusion: "not {}"
        ),
        Pair(kind: "t-shirt", value: "white", other: "red", product: "Title: T-shirt, {}, size M", exclusion: "not {}"),
        Pair(kind: "mug", value: "glass", other: "ceramic", product: "Title: Mug, {}, 350 ml", exclusion: "no {}"),
        Pair(
            kind: "office chair",
            value: "leather",
            other: "mesh",
            product: "Title: Office chair with armrests\nAttributes: Material: {}",
            exclusion: "not {}"
        ),
        Pair(
            kind: "headphones",
            value: "wired",
            other: "wireless",
            product: "Title: Over-ear headphones, {}\nBrand: Sonarix",
            exclusion: "not {}"
        ),
        Pair(
            kind: "keyboard",
            value: "mechanical",
            other: "membrane",
            product: "Title: Compact keyboard\nAttributes: Type: {}; Colour: grey",
            exclusion: "not {}"
        ),
        Pair(
            kind: "jumper",
            value: "wool",
            other: "cotton",
            product: "Title: Women's jumper, round neck, {}",
            exclusion: "without {}"
        ),
        Pair(
            kind: "hand cream",
            value: "lavender",
            other: "almond",
            product: "Title: Hand cream 75 ml\nAttributes: Scent: {}",
            exclusion: "no {}"
        ),
        Pair(
            kind: "frying pan",
            value: "aluminium",
            other: "stainless steel",
            product: "Title: Frying pan 28 cm, {}",
            exclusion: "not {}"
        ),
        Pair(
            kind: "chocolate",
            value: "dark",
            other: "milk",
            product: "Title: Chocolate bar, {}, 100 g",
            exclusion: "not {}"
        ),
        Pair(
            kind: "cushion",
            value: "velvet",
            other: "linen",
            product: "Title: Cushion 45 x 45 cm\nAttributes: Material: {}",
            exclusion: "without {}"
        ),
        Pair(
            kind: "desk lamp",
            value: "silver",
            other: "green",
            product: "Title: LED desk lamp, dimmable, {}",
            exclusion: "not {}"
        ),
        Pair(kind: "双肩包", value: "黑色", other: "蓝色", product: "Title: 双肩包 {} 20升", exclusion: "不要{}"),
        Pair(kind: "手机壳", value: "红色", other: "透明", product: "Title: 手机壳 {} 防摔", exclusion: "不要{}的"),
        Pair(kind: "键盘", value: "机械", other: "薄膜", product: "Title: {}键盘 有线 办公", exclusion: "不要{}的"),
        Pair(kind: "毛衣", value: "羊毛", other: "棉", product: "Title: 女士毛衣 圆领\nAttributes: 材质: {}", exclusion: "不要{}"),
        Pair(kind: "耳机", value: "有线", other: "无线", product: "Title: 头戴式{}耳机 黑色", exclusion: "不要{}"),
        Pair(kind: "茶杯", value: "玻璃", other: "陶瓷", product: "Title: {}茶杯 300毫升", exclusion: "不要{}的"),
        Pair(kind: "衬衫", value: "格子", other: "纯色", product: "Title: 男士衬衫 长袖 {}", exclusion: "不要{}"),
        Pair(kind: "护手霜", value: "玫瑰", other: "杏仁", product: "Title: 护手霜 75克\nAttributes: 香味: {}", exclusion: "不要{}"),
        Pair(kind: "沙发", value: "皮", other: "布艺", product: "Title: 三人沙发\nAttributes: 材质: {}", exclusion: "不要{}的"),
        Pair(kind: "咖啡", value: "速溶", other: "现磨", product: "Title: {}咖啡 500克", exclusion: "不要{}"),
        Pair(kind: "月饼", value: "五仁", other: "莲蓉", product: "Title: {}月饼 礼盒", exclusion: "不要{}"),
        Pair(kind: "台灯", value: "白色", other: "绿色", product: "Title: LED台灯 可调光 {}", exclusion: "非{}"),
    ]

    /// Pairs in which a query puts the product it means first.
    private func right(_ query: (Pair) -> String, wanted: (Pair) -> String, other: (Pair) -> String) async throws -> Int
    {
        let model = try OpenModel.local("bundled", options: .init(precision: .f32), environment: [:])
        var right = 0
        for pair in Self.pairs {
            let request = RerankRequest(query: query(pair), documents: [wanted(pair), other(pair)])
            let margins = try await model.score(request).scores.map { try #require($0?.margin) }
            right += margins[0] > margins[1] ? 1 : 0
        }
        return right
    }

    @Test func `An attribute that is asked for counts`() async throws {
        let right = try await right(
            { $0.kind.utf8.first.map { $0 < 128 } == true ? "\($0.value) \($0.kind)" : "\($0.value)\($0.kind)" },
            wanted: { $0.with($0.value) },
            other: { $0.with($0.other) }
        )
        #expect(right >= Self.pairs.count * 9 / 10)
    }

    /// To BM25 an excluded word is one more word to match: of two texts of the same length it puts the one that has the
    /// word first, so it has none of these right.
    @Test func `An attribute that is excluded is understood better than by BM25`() async throws {
        let right = try await right(
            { "\($0.kind) \($0.exclusion.replacing("{}", with: $0.value))" },
            wanted: { $0.with($0.other) },
            other: { $0.with($0.value) }
        )
        #expect(right > Self.pairs.count / 2)
    }
}
