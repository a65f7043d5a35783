import Catalog
import Testing

/// Product codes, numbers and compounds.
///
/// The expected tokens follow from the rules in docs and header by hand.
@Suite("Codes")
struct AnalyzerCodeTests {
    static let codes: [AnalyzerCase] = [
        AnalyzerCase(
            "KT-INS114-DRE",
            """
            0.0 kt 0-2 p
            0.0 ktins114 0-9 j
            0.0 ktins114dre 0-13 c
            1.0 ins 3-6 p
            1.0 ins114 3-9 p
            1.0 ins114dre 3-13 j
            2.0 114 6-9 p
            3.0 dre 10-13 p
            """
        ),
        AnalyzerCase(
            "WH-1000XM4",
            """
            0.0 wh 0-2 p
            0.0 wh1000xm4 0-10 c
            1.0 1000 3-7 p
            1.0 1000xm4 3-10 p
            2.0 xm 7-9 p
            3.0 4 9-10 p
            """
        ),
        AnalyzerCase("iPhone15Pro", "0.0 iphone 0-6 p\n0.0 iphone15pro 0-11 c\n1.0 15 6-8 p\n2.0 pro 8-11 p"),
        AnalyzerCase("USB-C", "0.0 usb 0-3 wp\n0.0 usbc 0-5 c\n1.0 c 4-5 wp"),
        AnalyzerCase("1,5l", "0.0 1.5 0-3 p\n0.0 1.5l 0-4 c\n1.0 l 3-4 p"),
        AnalyzerCase("1.5l", "0.0 1.5 0-3 p\n0.0 1.5l 0-4 c\n1.0 l 3-4 p"),
        AnalyzerCase("3/4\"", "0.0 3/4 0-3 p\n0.0 3/4inch 0-4 c\n1.0 inch 3-4 p"),
        AnalyzerCase("3/4″", "0.0 3/4 0-3 p\n0.0 3/4inch 0-6 c\n1.0 inch 3-6 p"),
        AnalyzerCase("¾”", "0.0 3/4 0-2 p\n0.0 3/4inch 0-5 c\n1.0 inch 2-5 p"),
        AnalyzerCase("500ml", "0.0 500 0-3 p\n0.0 500ml 0-5 c\n1.0 ml 3-5 p"),
        AnalyzerCase("500 ml", "0.0 500 0-3 w\n1.1 ml 4-6 w"),
        AnalyzerCase("2.4GHz,", "0.0 2.4 0-3 p\n0.0 2.4ghz 0-6 c\n1.0 ghz 3-6 p"),
        AnalyzerCase("USB3.0", "0.0 usb 0-3 p\n0.0 usb3.0 0-6 c\n1.0 3.0 3-6 p"),
        AnalyzerCase("16:9", "0.0 16 0-2 p\n0.0 16:9 0-4 c\n1.0 9 3-4 p"),
        AnalyzerCase("24/7", "0.0 24 0-2 p\n0.0 24/7 0-4 c\n1.0 7 3-4 p"),
        AnalyzerCase("007", "0.0 007 0-3 w"),
        AnalyzerCase(
            "24\"x36\"",
            """
            0.0 24 0-2 p
            0.0 24inchx36inch 0-7 c
            1.0 inch 2-3 p
            2.0 x 3-4 p
            3.0 36 4-6 p
            4.0 inch 6-7 p
            """
        ),
        AnalyzerCase(
            "6'2\"",
            "0.0 6 0-1 p\n0.0 6ft2inch 0-4 c\n1.0 ft 1-2 p\n2.0 2 2-3 p\n3.0 inch 3-4 p"
        ),
    ]

    @Test("codes yield their parts, pieces, partial joins and the whole", arguments: codes)
    func codesAreFound(_ expected: AnalyzerCase) throws {
        #expect(notation(of: try Analyzer().analyze(expected.text, language: expected.language)) == expected.tokens)
    }

    static let compounds: [AnalyzerCase] = [
        AnalyzerCase(
            "high-quality",
            .english,
            "0.0 high 0-4 wp\n0.0 highqual 0-12 cs\n1.0 qualiti 5-12 wps"
        ),
        AnalyzerCase("Wi-Fi.", .english, "0.0 wi 0-2 wp\n0.0 wifi 0-5 c\n1.0 fi 3-5 wp"),
        AnalyzerCase("T-shirts", .english, "0.0 t 0-1 wp\n0.0 tshirt 0-8 cs\n1.0 shirt 2-8 wps"),
        AnalyzerCase("C++", "0.0 c 0-1 wp\n0.0 c++ 0-3 c"),
        AnalyzerCase("C# F#", "0.0 c 0-1 wp\n0.0 c# 0-2 c\n1.1 f 3-4 wp\n1.1 f# 3-5 c"),
        AnalyzerCase(".NET", "0.0 net 1-4 wp\n0.0 .net 0-4 c"),
        AnalyzerCase("AT&T", "0.0 at 0-2 wp\n0.0 att 0-4 c\n1.0 t 3-4 wp"),
        AnalyzerCase("S23+", "0.0 s 0-1 p\n0.0 s23 0-3 c\n0.0 s23+ 0-4 c\n1.0 23 1-3 p"),
        AnalyzerCase(
            "red/green/blue/white/black",
            "0.0 red 0-3 w\n1.1 green 4-9 w\n2.2 blue 10-14 w\n3.3 white 15-20 w\n4.4 black 21-26 w"
        ),
        AnalyzerCase(
            "hygroscopically/a",
            "0.0 hygroscopically 0-15 w\n1.1 a 16-17 w"
        ),
        AnalyzerCase("black,white:red", "0.0 black 0-5 w\n1.1 white 6-11 w\n2.2 red 12-15 w"),
        AnalyzerCase("don't", .english, "0.0 dont 0-5 w"),
        AnalyzerCase("men's", .english, "0.0 men 0-5 w"),
        AnalyzerCase("men’s", .english, "0.0 men 0-7 w"),
        AnalyzerCase("mens", .english, "0.0 men 0-4 ws"),
        AnalyzerCase("Levi's", .none, "0.0 levi 0-4 wp\n0.0 levis 0-6 c"),
        AnalyzerCase("l'eau", .french, "0.0 eau 2-5 wp\n0.0 leau 0-5 c"),
        AnalyzerCase("D’or", .french, "0.0 or 4-6 wp\n0.0 dor 0-6 c"),
        AnalyzerCase("L'Oréal", .english, "0.0 l 0-1 wp\n0.0 loreal 0-8 c\n1.0 oreal 2-8 wp"),
        AnalyzerCase("'quoted'", "0.0 quoted 1-7 w"),
        AnalyzerCase("iPhone15", .english, "0.0 iphon 0-6 ps\n0.0 iphone15 0-8 c\n1.0 15 6-8 p"),
    ]

    @Test("compounds of letters are words, found whole and by their parts", arguments: compounds)
    func compoundsAreFound(_ expected: AnalyzerCase) throws {
        #expect(notation(of: try Analyzer().analyze(expected.text, language: expected.language)) == expected.tokens)
    }

    @Test(
        "numbers mean the same however they are written",
        arguments: [
            ("1,5", ["1.5"]), ("1.5", ["1.5"]), (".5", ["0.5"]), ("0,125", ["0.125"]), ("1,000", ["1000"]),
            ("1,000,000", ["1000000"]), ("1.000.000", ["1000000"]), ("1.234,56", ["1234.56"]),
            ("1,234.56", ["1234.56"]), ("1,2,3", ["1", "2", "3"]), ("1,5,2", ["1", "5", "2"]), ("١٢٣", ["123"]),
            ("1.5.", ["1.5"]), ("3½", ["3", "1/2"]), ("m²", ["m", "m2", "2"]), ("5.3.1", ["5.3.1"]),
            ("\"6\"", ["6"]), ("10×20", ["10", "10x20", "x", "20"]), ("10x20", ["10", "10x20", "x", "20"]),
            ("80*33cm", ["80", "80x33cm", "x", "33", "cm"]), ("80 × 33", ["80", "x", "33"]),
            ("60mmx90mm", ["60", "60mmx90mm", "mm", "x", "90", "mm"]), ("5*", ["5"]), ("A×B", ["a", "b"]),
        ]
    )
    func numbers(text: String, expected: [String]) throws {
        #expect(try words(text) == expected)
    }

    static let codeLetters: [AnalyzerCase] = [
        AnalyzerCase(
            "KT-INS114-DRE",
            .english,
            """
            0.0 kt 0-2 p
            0.0 ktins114 0-9 j
            0.0 ktins114dre 0-13 c
            1.0 ins 3-6 p
            1.0 ins114 3-9 p
            1.0 ins114dre 3-13 j
            2.0 114 6-9 p
            3.0 dre 10-13 p
            """
        ),
        AnalyzerCase("ins114", .english, "0.0 ins 0-3 p\n0.0 ins114 0-6 c\n1.0 114 3-6 p"),
        AnalyzerCase("CABLES2", .english, "0.0 cables 0-6 p\n0.0 cables2 0-7 c\n1.0 2 6-7 p"),
        AnalyzerCase("ＣＡＢＬＥＳ2", .english, "0.0 cables 0-18 p\n0.0 cables2 0-19 c\n1.0 2 18-19 p"),
        AnalyzerCase("Cables2", .english, "0.0 cabl 0-6 ps\n0.0 cables2 0-7 c\n1.0 2 6-7 p"),
        AnalyzerCase("МЕШКИ2", .russian, "0.0 мешки 0-10 p\n0.0 мешки2 0-11 c\n1.0 2 10-11 p"),
        AnalyzerCase(
            "AB-CDS-12",
            .english,
            """
            0.0 ab 0-2 p
            0.0 abcds 0-6 j
            0.0 abcds12 0-9 c
            1.0 cds 3-6 p
            1.0 cds12 3-9 j
            2.0 12 7-9 p
            """
        ),
        AnalyzerCase("AB-CDS", .english, "0.0 ab 0-2 wp\n0.0 abcd 0-6 cs\n1.0 cds 3-6 wp"),
    ]

    @Test("letters of a code are not stemmed: short ones and those in capitals, beside a digit", arguments: codeLetters)
    func codeLettersAreNotStemmed(_ expected: AnalyzerCase) throws {
        #expect(notation(of: try Analyzer().analyze(expected.text, language: expected.language)) == expected.tokens)
    }

    @Test(
        "what a compound's token says is what the same text alone says, but for the letters of codes",
        arguments: ["KT-DRE114-USB", "iPhones15s", "T-shirts", "AT&T"]
    )
    func consistency(text: String) throws {
        let analyzer = try Analyzer()
        for token in analyzer.analyze(text, language: .english) {
            let source = String(decoding: Array(text.utf8)[token.range], as: UTF8.self)
            let alone = analyzer.analyze(source, language: .english).map(\.text)
            #expect(alone.contains(token.text), "\(token.text) of \(source)")
        }
    }

    @Test(
        "however a code is written, the whole is the same token",
        arguments: [
            ["KT-INS114-DRE", "ktins114dre", "KT INS114-DRE".replacing(" ", with: "_"), "kt-ins-114-dre"],
            ["WH-1000XM4", "wh1000xm4", "WH1000-XM4"], ["1,5l", "1.5L", "1.5-l"], ["3/4\"", "3/4in", "¾″"],
        ]
    )
    func spellings(_ spellings: [String]) throws {
        let wholes = try spellings.map { spelling in
            try Analyzer().analyze(spelling, language: .english).filter { $0.kinds.contains(.code) }.map(\.text)
        }
        #expect(Set(wholes).count == 1, "\(wholes)")
        #expect(wholes.first?.count == 1)
    }

    @Test("a compound of any length is analyzed in linear pieces, every token within its bounds")
    func longCompounds() throws {
        for piece in ["a1", "a-", "1-", "9,", "1/", "a'", "3\"x", "é+", "x"] {
            let text = String(repeating: piece, count: 20_000)
            let tokens = try Analyzer().analyze(text, language: .english)
            #expect(!tokens.isEmpty)
            #expect(tokens.count < 200_000)
            #expect(tokens.allSatisfy { (1...96).contains($0.text.utf8.count) })
        }
    }
}
