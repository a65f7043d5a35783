import Catalog
import Foundation
import Testing

@testable import Retriever

@Suite("What a query finds")
struct MatchingTests {
    /// Ids that a query of all words finds, sorted.
    private func found(_ query: String, in titles: [String], language: Language? = .english, synonyms: String? = nil)
        throws -> [String]
    {
        let products = titles.enumerated().map { Shop.product("p\($0.offset)", $0.element) }
        let index = try TemporaryIndex(products, language: language, synonyms: synonyms)
        return try index.ids(query, top: 100) {
            $0.matching = .all
            $0.correctsSpelling = false
        }.sorted()
    }

    @Test(
        "a word, code or part of one finds a title",
        arguments: [
            ("KT-INS114", "Bag KT-INS114-DRE green"), ("wh1000xm4", "Sony WH-1000XM4 black"),
            ("WH-1000XM4", "Sony wh1000xm4 black"), ("wh 1000xm4", "Sony WH-1000XM4"), ("1000xm4", "Sony WH-1000XM4"),
            ("化妆", "小化妆包"), ("化妆包", "小化妆包"), ("简单", "安装简单"), ("包", "小化妆包"), ("妆", "小化妆包"), ("小", "小化妆包"),
            ("ＳＯＮＹ", "Sony camera"), ("ｗｈ１０００ｘｍ４", "WH-1000XM4"), ("sony", "ＳＯＮＹ camera"),
            ("running shoe", "Shoes for runners who run: running"), ("lamps", "A lamp"), ("iPhone手机壳", "手机壳 iPhone 15"),
            ("café", "CAFÉ table"), ("\"desk lamp\"", "small desk lamp green"), ("\"化妆包\"", "小化妆包"), ("\"包\"", "小化妆包袋"),
            ("\"WH-1000XM4 black\"", "Sony WH-1000XM4 black"), ("\"小化妆\" 包", "小化妆包"), ("女 包", "女士手提包包"),
            ("KT-INS", "Bag KT-INS114-DRE green"), ("INS", "Bag KT-INS114-DRE green"), ("ins", "Bag KT-INS114-DRE"),
            ("kt ins 114", "KT-INS114-DRE"), ("42码", "42号登山鞋"), ("500g装", "500g大米"),
            ("iphone", "IPHONE15PRO"), ("iphones", "iPhone15Pro"), ("IPHONE15PRO", "iPhone 15 Pro"),
            ("kt-cables114", "KT-CABLES114"), ("KT-CABLES114", "kt-cables114"), ("cables", "KT-CABLES114"),
            ("dry-500", "Dry 500"), ("AB-CDS", "AB-CDS-12"), ("\"iphone15 case\"", "IPHONE15 CASE"),
            ("\"IPHONE15 case\"", "iPhone15 case"), ("iPhone 壳", "透明壳套 iPhone"),
        ]
    )
    func finds(query: String, title: String) throws {
        #expect(try found(query, in: [title, "unrelated thing"]) == ["p0"])
    }

    @Test(
        "what is not there is not found",
        arguments: [
            ("\"lamp desk\"", "small desk lamp"), ("\"desk green\"", "desk lamp green"), ("\"化包\"", "化妆包"),
            ("lamp sofa", "lamp"), ("lamp -desk", "desk lamp"), ("-desk", "desk lamp"),
            ("lamp -\"desk lamp\"", "desk lamp"),
            ("xm4", "WH-1000XM5"), ("化装", "化妆包"), ("包 -化妆", "小化妆包"), ("-包", "小化妆包"), ("INS1", "KT-INS114"),
            ("in", "Bag KT-INS114-DRE"), ("iPhone 壳", "iPhone 充电器"),
        ]
    )
    func findsNot(query: String, title: String) throws {
        #expect(try !found(query, in: [title, "unrelated thing"]).contains("p0"))
    }

    @Test("an exclusion alone lists everything else; an excluded phrase leaves its words alone")
    func exclusions() throws {
        let titles = ["desk lamp", "lamp desk", "sofa", "小化妆包"]
        #expect(try found("-lamp", in: titles) == ["p2", "p3"])
        #expect(try found("-\"desk lamp\"", in: titles) == ["p1", "p2", "p3"])
        #expect(try found("-lamp -sofa", in: titles) == ["p3"])
        #expect(try found("-化妆", in: titles) == ["p0", "p1", "p2"])
        #expect(try found("lamp -nothing", in: titles) == ["p0", "p1"])
        #expect(try found("-lamps", in: titles) == ["p2", "p3"])
    }

    @Test(
        "an excluded run of a script without spaces leaves out only products that have it whole",
        arguments: [
            ("手机 -手机壳", ["手机 黑色", "新款手机支架 壳"], ["透明手机壳", "手机壳"]),
            ("打孔 -免打孔", ["打孔器"], ["免打孔挂钩"]), ("耳机 -无线耳机", ["耳机 无线", "有线耳机"], ["蓝牙无线耳机"]),
            ("化妆包 -小化妆包", ["大化妆包", "化妆包 小"], ["小化妆包"]),
            ("ケース -スマホケース", ["ケース スマホ"], ["スマホケース"]), ("한국 -한국어", ["한국 지도"], ["한국어 책"]),
            ("น้ำ -น้ำดื่ม", ["ดื่ม น้ำ"], ["น้ำดื่ม ขวด"]), ("手机 -iPhone手机壳", ["手机壳", "iPhone手机"], ["手机壳 iPhone"]),
            ("包 -袋", ["小化妆包"], ["包袋", "包装袋"]),
        ]
    )
    func excludedRuns(query: String, kept: [String], left: [String]) throws {
        #expect(try found(query, in: kept + left) == kept.indices.map { "p\($0)" })
    }

    @Test("an excluded run leaves out its synonyms, a synonym of a part of it does not count")
    func excludedSynonyms() throws {
        let titles = ["电脑 灯", "笔记本电脑", "notebook 电脑", "notebook 电脑包", "笔记本电脑包"]
        let rules = "notebook, 笔记本电脑"
        #expect(try found("电脑 -笔记本电脑", in: titles, synonyms: rules) == ["p0"])
        #expect(try found("电脑 -笔记本电脑包", in: titles, synonyms: rules) == ["p0", "p1", "p2", "p3"])
    }

    @Test("one character finds every product that has it, whichever others it stands beside")
    func everyNeighbour() throws {
        let titles = (0..<300).map { number in
            let next = Unicode.Scalar(0x4E00 + 7 * number).map(String.init) ?? ""
            return number.isMultiple(of: 2) ? "猫\(next)" : "小猫\(next)粮"
        }
        let index = try TemporaryIndex(titles.enumerated().map { Shop.product("p\($0.offset)", $0.element) })
        for query in ["猫", "\"猫\""] {
            #expect(try index.ids(query, top: 1_000) { $0.matching = .all }.count == 300)
        }
        #expect(try index.ids("-猫", top: 1_000).isEmpty)
    }

    @Test("a part of a code typed in capitals finds the code before words of the same stem")
    func codePartInCapitals() throws {
        let titles = [
            "C# in depth", "Inside in", "Bag KT-INS114-DRE with a long name of many words", "in", "lamp", "sofa",
        ]
        let index = try TemporaryIndex(titles.enumerated().map { Shop.product("p\($0.offset)", $0.element) })
        #expect(try index.ids("INS").first == "p2")
    }

    @Test("an empty query lists all products by id, with a score of 0", arguments: ["", "  \n ", "!!! ... ,"])
    func emptyQuery(query: String) throws {
        let index = try TemporaryIndex(["b", "a", "c"].map { Shop.product($0, "lamp") })
        let response = try ProductIndex(path: index.path).search(SearchRequest(query))
        #expect(response.hits.map(\.id.rawValue) == ["a", "b", "c"])
        #expect(response.hits.allSatisfy { $0.score == 0 })
        #expect(response.total == 3)
    }

    @Test("a phrase never spans two values of an attribute, two attributes or two category paths")
    func phraseAcrossValues() throws {
        let index = try TemporaryIndex([
            Shop.product("values", "x") { $0.attributes = [Attribute("color", ["deep red", "wine blue"])] },
            Shop.product("attributes", "x") {
                $0.attributes = [Attribute("color", ["deep red"]), Attribute("drink", ["wine"])]
            },
            Shop.product("paths", "x") { $0.categories = [["Home", "Red"], ["Wine", "Glasses"]] },
            Shop.product("one", "x") { $0.attributes = [Attribute("color", ["blue", "deep red wine"])] },
            Shop.product("path", "x") { $0.categories = [["Red", "Wine"]] },
        ])
        #expect(try index.ids("\"red wine\"") { $0.matching = .all }.sorted() == ["one", "path"])
        #expect(try index.ids("\"deep red\"") { $0.matching = .all }.sorted() == ["attributes", "one", "values"])
        // Chinese: every two characters that touch are a term.
        let chinese = try TemporaryIndex([
            Shop.product("two", "x") { $0.attributes = [Attribute("用途", ["化妆", "旅行包"])] },
            Shop.product("one", "x") { $0.attributes = [Attribute("用途", ["化妆旅行包"])] },
        ])
        #expect(try chinese.ids("\"妆旅行\"") { $0.matching = .all } == ["one"])
        // A product changes and goes like any other.
        _ = try index.update([Shop.product("path", "x") { $0.brand = "red wine" }], delete: ["one"])
        #expect(try index.ids("\"red wine\"") { $0.matching = .all } == ["path"])
    }

    @Test("a phrase never spans columns")
    func phraseAcrossColumns() throws {
        let index = try TemporaryIndex([
            Shop.product("a", "red lamp") { $0.brand = "Bosch" },
            Shop.product("b", "other") { $0.description = "lamp bosch" },
        ])
        #expect(try index.ids("\"lamp bosch\"") { $0.matching = .all } == ["b"])
    }

    @Test("a phrase is looked up in the stems of each language of the index")
    func phraseInTwoLanguages() throws {
        let german = (0..<30).map {
            Shop.product("d\($0)", "Der Tisch mit den Stühlen und die Lampen für das Wohnzimmer sind schön \($0)")
        }
        let english = (0..<20).map {
            Shop.product("e\($0)", "These are the running shoes that you will want for all of your races \($0)")
        }
        let index = try TemporaryIndex(german + english, language: nil)
        #expect(try index.ids("\"running shoes\"", top: 100) { $0.matching = .all }.count == 20)
        #expect(try index.ids("\"den Stühlen\"", top: 100) { $0.matching = .all }.count == 30)
    }

    @Test("products with all words come first, those with some follow when they are few")
    func relaxation() throws {
        // "lamp" alone would score the short title higher.
        let long = "desk lamp " + String(repeating: "with many further words ", count: 10)
        var products = [Shop.product("both", long), Shop.product("lamp", "lamp lamp"), Shop.product("desk", "desk")]
        products += (0..<5).map { Shop.product("o\($0)", "other") }
        let index = try ProductIndex(path: TemporaryIndexKeeper.keep(products))
        var request = SearchRequest("desk lamp")
        var response = try index.search(request)
        #expect(response.hits.first?.id.rawValue == "both")
        #expect(response.hits.count == 3 && response.total == 3 && response.isRelaxed)
        #expect(response.hits.map(\.hasAllWords) == [true, false, false])
        request.offset = 1
        #expect(try index.search(request).hits.map(\.hasAllWords) == [false, false])
        request.offset = 0
        request.matching = .all
        response = try index.search(request)
        #expect(response.hits.map(\.id.rawValue) == ["both"])
        #expect(response.total == 1 && !response.isRelaxed && response.hits[0].hasAllWords)
        request.matching = .auto(minimum: 1)
        #expect(try index.search(request).hits.count == 1)
        request.matching = .any
        response = try index.search(request)
        #expect(response.hits.count == 3)
        #expect(response.hits.map(\.score) == response.hits.map(\.score).sorted(by: >))
    }

    @Test(
        "the last word may be the beginning of one, and only the last",
        arguments: [
            ("des", ["p0", "p1"]), ("lamp de", ["p0"]), ("des lamp", []), ("desk ", ["p0"]), ("desk", ["p0"]),
            ("desi", ["p1"]),
            ("化妆", ["p2", "p3"]), ("wh-1000x", ["p4"]), ("wh1000x", ["p4"]), ("wh-10", ["p4"]),
            ("kt-1000x", []), ("\"desk la\"", []),
        ]
    )
    func completion(query: String, expected: [String]) throws {
        let titles = ["desk lamp", "designer chair", "小化妆包", "大化妆品", "Sony WH-1000XM4"]
        let index = try TemporaryIndex(titles.enumerated().map { Shop.product("p\($0.offset)", $0.element) })
        let ids = try index.ids(query) {
            $0.completesLastWord = true
            $0.matching = .all
            $0.correctsSpelling = false
        }
        #expect(ids.sorted() == expected)
    }

    @Test("a Chinese word typed so far finds the product that has all of it first", arguments: ["小化", "小化妆"])
    func chineseCompletion(query: String) throws {
        let index = try TemporaryIndex([Shop.product("a", "大化妆品"), Shop.product("b", "小化妆包")])
        #expect(try index.ids(query) { $0.completesLastWord = true } == ["b", "a"])
    }

    @Test(
        "synonyms find each other, one-way rules one way",
        arguments: [
            ("sofa", ["p0", "p1"]), ("couch", ["p0", "p1"]), ("sofas", ["p0", "p1"]), ("notebook", ["p2", "p3", "p4"]),
            ("笔记本电脑", ["p2", "p3", "p4"]), ("portable computer", ["p2", "p3", "p4"]), ("tv", ["p5", "p6"]),
            ("television", ["p6"]), ("cheap couch", ["p1"]), ("\"sofa\"", ["p0"]), ("-sofa lamp", ["p7"]),
        ]
    )
    func synonyms(query: String, expected: [String]) throws {
        let titles = [
            "red sofa", "cheap couch", "a notebook", "portable computer here", "新款笔记本电脑", "tv set", "television",
            "lamp",
        ]
        let rules = "sofa, couch\nnotebook, portable computer, 笔记本电脑\ntv => television\n"
        let ids = try found(query, in: titles, synonyms: rules)
        #expect(ids == expected)
    }

    @Test("a rare synonym does not outweigh the word itself")
    func rareSynonym() throws {
        var products = (0..<40).map { Shop.product("s\($0)", "sofa number") }
        products.append(Shop.product("z1", "davenport number"))
        products += (0..<60).map { Shop.product("o\($0)", "other thing") }
        let index = try TemporaryIndex(products, synonyms: "sofa, davenport")
        let response = try ProductIndex(path: index.path).search(SearchRequest("sofa", top: 100))
        #expect(response.hits.count == 41)
        let scores = Dictionary(uniqueKeysWithValues: response.hits.map { ($0.id.rawValue, $0.score) })
        #expect(try #require(scores["z1"]) <= #require(scores["s1"]))
    }

    @Test("a synonym of itself alone is no synonym")
    func emptySynonym() throws {
        #expect(try found("desk lamp", in: ["desk lamp"], synonyms: "desk lamp, desk lamp\nsofa => sofa") == ["p0"])
    }

    @Test("weights of one query decide the order; a column of weight 0 still matches")
    func weights() throws {
        let index = try TemporaryIndex([
            Shop.product("t", "bosch thing"), Shop.product("b", "other thing") { $0.brand = "bosch" },
            Shop.product("x", "else thing"), Shop.product("y", "else thing"), Shop.product("z", "else thing"),
        ])
        #expect(try index.ids("bosch") { $0.weights = ColumnWeights(title: 5, brand: 1) } == ["t", "b"])
        #expect(try index.ids("bosch") { $0.weights = ColumnWeights(title: 1, brand: 5) } == ["b", "t"])
        for query in ["bosch", "\"bosch thing\"", "bosch thing"] {
            for matching in [Matching.all, .any] {
                let ids = try index.ids(query) {
                    $0.weights = ColumnWeights(title: 0, brand: 1)
                    $0.matching = matching
                }
                #expect(ids.contains("t"), "\(query) \(matching)")
            }
        }
    }
}
