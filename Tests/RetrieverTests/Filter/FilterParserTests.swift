import Retriever
import Statistics
import Testing

@Suite("Filter expressions")
struct FilterParserTests {
    private func field(_ name: String) -> FilterField { FilterField(name) }

    @Test("the example of the documentation is a conjunction of three conditions")
    func example() throws {
        #expect(
            try Filter(parsing: #"brand = "Sony" AND price < 300 AND in_stock"#)
                == .all([
                    .compare(field("brand"), .equal, .text("Sony")),
                    .compare(field("price"), .less, .number("300")),
                    .flag(field("in_stock")),
                ])
        )
    }

    @Test("NOT binds tighter than AND, AND tighter than OR")
    func precedence() throws {
        let (a, b, c) = (Filter.flag(field("a")), Filter.flag(field("b")), Filter.flag(field("c")))
        #expect(try Filter(parsing: "a OR b AND c") == .any([a, .all([b, c])]))
        #expect(try Filter(parsing: "a AND b OR c") == .any([.all([a, b]), c]))
        #expect(try Filter(parsing: "NOT a AND b") == .all([.not(a), b]))
        #expect(try Filter(parsing: "NOT (a AND b)") == .not(.all([a, b])))
        #expect(try Filter(parsing: "(a OR b) AND c") == .all([.any([a, b]), c]))
        #expect(try Filter(parsing: "a and (b And c)") == .all([a, b, c]))
    }

    @Test(
        "operators, spelled in every way",
        arguments: [
            ("price <= 5", Filter.compare(FilterField("price"), .lessOrEqual, .number("5"))),
            ("price≤5", .compare(FilterField("price"), .lessOrEqual, .number("5"))),
            ("price>=5", .compare(FilterField("price"), .greaterOrEqual, .number("5"))),
            ("price > -5.25", .compare(FilterField("price"), .greater, .number("-5.25"))),
            ("price<-5", .compare(FilterField("price"), .less, .number("-5"))),
            ("price == 1e3", .compare(FilterField("price"), .equal, .number("1e3"))),
            ("price ＝ 5", .compare(FilterField("price"), .equal, .number("5"))),
            ("color != red", .not(.compare(FilterField("color"), .equal, .text("red")))),
            ("color <> red", .not(.compare(FilterField("color"), .equal, .text("red")))),
            ("color≠red", .not(.compare(FilterField("color"), .equal, .text("red")))),
            (
                #"color in ("deep red", 'it\'s', blue, 3)"#,
                .oneOf(FilterField("color"), [.text("deep red"), .text("it's"), .text("blue"), .number("3")])
            ),
            ("color NOT IN (red)", .not(.oneOf(FilterField("color"), [.text("red")]))),
            ("price 10..50", .range(FilterField("price"), .number("10"), .number("50"))),
            ("price 1.5 .. 2.5", .range(FilterField("price"), .number("1.5"), .number("2.5"))),
            ("price = 10..50", .range(FilterField("price"), .number("10"), .number("50"))),
            ("price between 10 and 50", .range(FilterField("price"), .number("10"), .number("50"))),
            ("price 10..", .compare(FilterField("price"), .greaterOrEqual, .number("10"))),
            ("price ..50", .compare(FilterField("price"), .lessOrEqual, .number("50"))),
            ("ean EXISTS", .exists(FilterField("ean"))),
            ("ean not exists", .not(.exists(FilterField("ean")))),
            ("in_stock = true", .flag(FilterField("in_stock"))),
            ("in_stock IN (no)", .not(.flag(FilterField("in_stock")))),
            ("in_stock = no", .not(.flag(FilterField("in_stock")))),
            (#""Screen size" >= 15"#, .compare(FilterField("Screen size"), .greaterOrEqual, .number("15"))),
            (#""in" = "or""#, .compare(FilterField("in"), .equal, .text("or"))),
            ("model = WH-1000XM4", .compare(FilterField("model"), .equal, .text("WH-1000XM4"))),
            ("品牌 = 索尼", .compare(FilterField("品牌"), .equal, .text("索尼"))),
            ("颜色 IN （红，蓝）", .oneOf(FilterField("颜色"), [.text("红"), .text("蓝")])),
            ("brand = “Louis Vuitton”", .compare(FilterField("brand"), .equal, .text("Louis Vuitton"))),
            ("size = 15\"", .compare(FilterField("size"), .equal, .text("15\""))),
            ("brand = Levi's", .compare(FilterField("brand"), .equal, .text("Levi's"))),
        ]
    )
    func operators(expression: String, expected: Filter) throws {
        #expect(try Filter(parsing: expression) == expected)
    }

    @Test("a category path is split at >, folded")
    func categoryPath() throws {
        let filter = try Filter(parsing: #"category = "Computers > Laptops""#)
        guard case .compare(let field, .equal, let value) = filter else {
            Issue.record("not a comparison: \(filter)")
            return
        }
        #expect(field.standard == .category)
        #expect(value.path == ["computers", "laptops"])
    }

    @Test(
        "errors say where, what was found and what was expected",
        arguments: [
            ("", nil, "empty"),
            ("   ", nil, "empty"),
            ("price <", 7, "the filter ends; expected a value"),
            ("brand = Louis Vuitton", 14, "found Vuitton; expected AND, OR or the end"),
            ("品牌 = 索尼 相机", 8, "found 相机"),
            (#"brand = "Sony"#, 8, "never closed"),
            ("(a AND b", 0, "never closed"),
            ("a IN (1, 2", 5, "never closed"),
            ("a IN ()", 6, "found ); expected a value"),
            ("a) AND b", 1, "found )"),
            ("= 5", 0, "found =; expected a field name"),
            ("price 50..10", 6, "range 50..10 is empty"),
            ("price 50", 8, "the upper end of the range"),
            ("a AND AND b", 6, "found AND"),
            ("price < abc", 8, "\"abc\" is no number, and price"), ("rating = 'very good'", 9, "very good"),
            ("a = 1 AND sale_price IN (3, cheap)", 28, "cheap"), ("price BETWEEN 3 AND b", 20, "price"),
            ("rating_count != many", 16, "rating_count"), ("价格 >= 便宜", 6, "便宜"),
            ("a ; b", 2, "found ;"),
            ("brand:Sony", 5, "found :; expected =, !="),
            ("brand = Sony\" AND b", 12, "never closed"),
            ("a BETWEEN 1 OR 2", 12, "expected AND"),
        ] as [(String, Int?, String)]
    )
    func errors(expression: String, position: Int?, part: String) {
        let error = #expect(throws: FilterError.self) { try Filter(parsing: expression) }
        #expect(error?.position == position)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "no error")")
    }

    @Test("the caret stands under the error, wide characters counted as two columns")
    func caret() {
        let expression = "品牌 = 索尼 相机"
        let error = #expect(throws: FilterError.self) { try Filter(parsing: expression) }
        #expect(error?.caret(in: expression) == expression + "\n" + String(repeating: " ", count: 12) + "^")
    }

    @Test("a long expression is shown around the error")
    func longCaret() throws {
        let expression = String(repeating: "price < 300 AND ", count: 20) + "brand ="
        let error = try #require(throws: FilterError.self) { try Filter(parsing: expression) }
        let lines = try #require(error.caret(in: expression, width: 60)).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(DisplayWidth.of(lines[0]) <= 60)
        #expect(lines[0].hasPrefix("…") && lines[0].hasSuffix("brand ="))
        #expect(lines[1].count == lines[0].count + 1)
    }

    @Test("length, nesting and the number of values are bounded")
    func bounds() throws {
        let long = "a = \"" + String(repeating: "x", count: 8_192) + "\""
        #expect(throws: FilterError.tooLong(bytes: 8_198, limit: 8_192)) { try Filter(parsing: long) }

        let nested = { (depth: Int) in String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth)
        }
        #expect(try Filter(parsing: nested(64)) == .flag(FilterField("a")))
        #expect(throws: FilterError.tooDeep(position: 64, limit: 64)) { try Filter(parsing: nested(65)) }
        #expect(throws: FilterError.tooDeep(position: 256, limit: 64)) {
            try Filter(parsing: String(repeating: "NOT ", count: 100) + "a")
        }

        let list = { (count: Int) in "a IN (" + Array(repeating: "1", count: count).joined(separator: ",") + ")" }
        #expect(throws: Never.self) { try Filter(parsing: list(999)) }
        #expect(throws: FilterError.tooManyValues(position: 2_004, limit: 1_000)) { try Filter(parsing: list(1_000)) }
    }

    @Test("random strings are parsed or refused, never more")
    func fuzz() {
        let pieces = [
            "a", "price", "品牌", "\"", "'", "“", "”", "\\", "(", ")", ",", "=", "!", "<", ">", "..", ".", "-", "1",
            "9.5", "e",
            "1e999", " ", "\t", "\n", "\0", "\u{301}", "👩‍👩‍👧", "\u{202E}", "AND", "or", "NOT", "in", "BETWEEN", "exists",
            "≠", "；",
        ]
        let seed: UInt64 = 20_260_101
        var random = SplitMix64(seed: seed)
        var parsed = 0
        for round in 0..<5_000 {
            let count = Int.random(in: 0...24, using: &random)
            let expression = (0..<count).map { _ in
                (pieces.randomElement(using: &random) ?? "") + (Bool.random(using: &random) ? " " : "")
            }.joined()
            do {
                let filter = try FilterParser.parse(expression)
                parsed += 1
                let again = try Filter(parsing: filter.description)
                #expect(again == filter, "seed \(seed), round \(round): \(expression)")
            } catch {
                if let position = error.position {
                    #expect((0...expression.count).contains(position), "seed \(seed), round \(round): \(expression)")
                }
                _ = error.caret(in: expression)
            }
        }
        #expect(parsed > 100)
    }
}
