import Catalog
import Testing

/// Folding, scripts without spaces, and stems.
@Suite("Scripts")
struct AnalyzerScriptTests {
    static let cases: [AnalyzerCase] = [
        AnalyzerCase(
            "小化妆包",
            "0.0 小化 0-6 bx\n1.1 化妆 3-9 wb\n2.1 妆包 6-12 bx\n3.2 包 9-12 wu"
        ),
        AnalyzerCase("化妆", "0.0 化妆 0-6 wb\n1.0 妆 3-6 u"),
        AnalyzerCase("包", "0.0 包 0-3 wu"),
        AnalyzerCase(
            "安装简单iPhone",
            "0.0 安装 0-6 wb\n1.0 装简 3-9 bx\n2.1 简单 6-12 wb\n3.1 单 9-12 u\n4.2 iphone 12-18 w"
        ),
        AnalyzerCase("ｶﾞﾗｽ", "0.0 ガラ 0-9 b\n0.0 ガラス 0-12 w\n1.0 ラス 6-12 b\n2.0 ス 9-12 u"),
        AnalyzerCase(
            "한국어 상품",
            "0.0 한국 0-6 b\n0.0 한국어 0-9 w\n1.0 국어 3-9 b\n2.0 어 6-9 u\n3.1 상품 10-16 wb\n4.1 품 13-16 u"
        ),
        AnalyzerCase("ＡＢＣ１２３", "0.0 abc 0-9 p\n0.0 abc123 0-18 c\n1.0 123 9-18 p"),
        AnalyzerCase("500g装", "0.0 500 0-3 p\n0.0 500g 0-4 c\n1.0 g 3-4 p\n2.1 装 4-7 wu"),
        AnalyzerCase("น้ำดื่ม", "0.0 น้ำ 0-9 w\n1.1 ดื่ม 9-21 w"),
        AnalyzerCase("สวัสดีครับ", "0.0 สวัสดี 0-18 w\n1.1 ครับ 18-30 w"),
        AnalyzerCase("Мешки", .russian, "0.0 мешк 0-10 ws"),
        AnalyzerCase("Мешки", .english, "0.0 мешки 0-10 w"),
        AnalyzerCase("bags мешки", .russian, "0.0 bags 0-4 w\n1.1 мешк 5-15 ws"),
        AnalyzerCase("sof\u{AD}t", "0.0 soft 0-6 w"),
        AnalyzerCase("\u{FEFF}Caf\u{65}\u{301}s", .english, "0.0 cafe 3-10 ws"),
    ]

    @Test("scripts yield words, bigrams and exact offsets", arguments: cases)
    func scripts(_ expected: AnalyzerCase) throws {
        #expect(notation(of: try Analyzer().analyze(expected.text, language: expected.language)) == expected.tokens)
    }

    @Test(
        "folding follows NFKC case folding, then drops diacritics where the language allows it",
        arguments: [
            ("Straße", Language.none, "strasse"), ("İstanbul", .none, "istanbul"), ("ﬁsh", .none, "fish"),
            ("Ελλάδα", .none, "ελλαδα"), ("ΟΔΟΣ", .none, "οδοσ"), ("Ёлка", .none, "елка"), ("йод", .none, "йод"),
            ("їжа", .none, "їжа"), ("ў", .none, "ў"), ("за́мок", .none, "замок"), ("Łódź", .none, "lodz"),
            ("Øre", .none, "ore"), ("Øre", .danish, "øre"), ("Å", .swedish, "å"), ("Å", .english, "a"),
            ("ä", .finnish, "ä"), ("crème", .swedish, "crem"), ("مُحَمَّد", .none, "محمد"), ("שָׁלוֹם", .none, "שלום"),
            ("कि", .none, "कि"), ("क्\u{200D}ष", .none, "क्ष"), ("می\u{200C}خواهم", .none, "میخواهم"),
            ("ệ", .none, "e"), ("đ", .none, "d"), ("Ǆ", .none, "dz"), ("㎏", .none, "kg"),
        ]
    )
    func folding(text: String, language: Language, expected: String) throws {
        #expect(try words(text, language) == [expected])
    }

    @Test("dakuten make another letter")
    func dakuten() throws {
        #expect(try words("が") != words("か"))
        #expect(try words("か\u{3099}") == words("が"))
    }

    @Test("trade marks, emoji and quotation marks are no letters")
    func signs() throws {
        #expect(try words("Sony™ 👩‍👩‍👧 「電池」 Lego®") == ["sony", "電池", "池", "lego"])
    }

    @Test(
        "words meet their other forms",
        arguments: [
            (Language.english, "batteries", "battery"), (.english, "women's", "womens"), (.german, "Häuser", "hauser"),
            (.spanish, "camión", "camiones"), (.spanish, "aviación", "aviacion"), (.spanish, "aviaciones", "aviacion"),
            (.french, "imprimées", "imprimee"), (.portuguese, "instalações", "instalacao"),
            (.italian, "città", "citta"),
            (.russian, "лампы", "лампа"), (.dutch, "lampen", "lamp"), (.finnish, "kengät", "kengät"),
            (.norwegian, "bøker", "bøker"), (.swedish, "lamporna", "lampor"), (.danish, "bøgerne", "bøger"),
        ]
    )
    func stems(language: Language, one: String, other: String) throws {
        #expect(try words(one, language) == words(other, language))
    }

    @Test("a word beside a digit is stemmed as the word alone is, a token with a digit never is")
    func codesAreNotStemmed() throws {
        #expect(try words("cables2", .english) == ["cabl", "cables2", "2"])
        #expect(try words("cables", .english) == ["cabl"])
    }
}
