import Retriever
import Statistics
import Testing

@Suite("Filters as text")
struct FilterTextTests {
    @Test("the text of a random filter parses back to it; its normal form keeps its meaning")
    func roundTrip() throws {
        let seed: UInt64 = 42
        var random = SplitMix64(seed: seed)
        for round in 0..<1_500 {
            let filter = RandomFilter.make(depth: 4, using: &random)
            let text = filter.description
            #expect(try Filter(parsing: text) == filter, "seed \(seed), round \(round): \(text)")
            let normalized = try Filter(parsing: filter.cacheKey)
            #expect(normalized.cacheKey == filter.cacheKey, "seed \(seed), round \(round): \(text)")
            for _ in 0..<20 {
                let product = RandomFilter.product(using: &random)
                let values = { (field: FilterField) in product[field.name] ?? [] }
                #expect(
                    filter.matches(values) == normalized.matches(values),
                    "seed \(seed), round \(round): \(text) | \(filter.cacheKey) | \(product)"
                )
            }
        }
    }

    @Test(
        "spelling, order, repetition and double negation do not change the cache key",
        arguments: [
            ("a AND b", "b and (a)"),
            ("a OR b OR a", "b OR a"),
            ("NOT NOT a", "a"),
            ("price < 300.0", "price<3e2"),
            ("c IN (red, \"blue\", red)", "c IN ('blue', \"red\")"),
            ("c IN (red)", "c = red"),
            ("c NOT IN (red)", "c != red"),
            ("price 10..50", "price BETWEEN 10 AND 50.0"),
        ]
    )
    func cacheKey(left: String, right: String) throws {
        #expect(try Filter(parsing: left).cacheKey == Filter(parsing: right).cacheKey)
    }

    @Test("different filters have different cache keys")
    func distinctKeys() throws {
        let keys = try [
            "a AND b", "a OR b", "NOT a", "a = 1", "a = \"1\"", "a != 1", "a > 1", "a >= 1", "a EXISTS", "A",
        ]
        .map { try Filter(parsing: $0).cacheKey }
        #expect(Set(keys).count == keys.count)
    }

    @Test("field names are quoted where they need it")
    func quoting() {
        #expect(Filter.flag(FilterField("Screen size")).description == #""Screen size""#)
        #expect(Filter.flag(FilterField("in")).description == #""in""#)
        #expect(Filter.flag(FilterField("15")).description == #""15""#)
        #expect(Filter.flag(FilterField("颜色")).description == "颜色")
        #expect(
            Filter.compare(FilterField("size"), .equal, .text(#"15" \ wide"#)).description
                == #"size = "15\" \\ wide""#
        )
    }
}

/// Filters and products for property tests.
private enum RandomFilter {
    private static let names = ["price", "brand", "color", "Screen size", "and", "品牌", "in_stock", "a\"b"]
    private static let texts = ["red", "Blue", "15", "15 inch", "", "a \"b\" \\c", "红", "2"]
    private static let numbers = ["1", "2.5", "-3", "15", "1e2", "15.0"]

    static func make(depth: Int, using random: inout SplitMix64) -> Filter {
        let field = FilterField(names.randomElement(using: &random) ?? "")
        switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
        case 0: return .flag(field)
        case 1: return .exists(field)
        case 2:
            // Of in_stock only the flag is parsed, so "in_stock = 1" cannot come out of the parser.
            let comparison = FilterComparison.allCases.randomElement(using: &random) ?? .less
            let own = field.standard == .inStock ? FilterField("x") : field
            return .compare(own, comparison, value(of: own, using: &random))
        case 3:
            return .oneOf(
                field.standard == .inStock ? FilterField("x") : field,
                (0...Int.random(in: 0...3, using: &random)).map { _ in value(of: field, using: &random) }
            )
        case 4: return .range(field, .number("-5"), upperEnd(of: field, using: &random))
        case 5: return .not(make(depth: depth - 1, using: &random))
        case 6, 7:
            return .conjunction((0...2).map { _ in make(depth: depth - 1, using: &random) })
        default:
            return .disjunction((0...2).map { _ in make(depth: depth - 1, using: &random) })
        }
    }

    private static func upperEnd(of field: FilterField, using random: inout SplitMix64) -> FilterValue {
        Bool.random(using: &random) || field.standard?.isNumeric == true ? .number("20") : .text("m")
    }

    /// Fields of numbers are compared with numbers only; nothing else comes out of the parser.
    private static func value(of field: FilterField, using random: inout SplitMix64) -> FilterValue {
        let texts = field.standard?.isNumeric == true ? texts.filter { FilterValue.text($0).quantity != nil } : texts
        return Bool.random(using: &random)
            ? .text(texts.randomElement(using: &random) ?? "") : .number(numbers.randomElement(using: &random) ?? "0")
    }

    static func product(using random: inout SplitMix64) -> [String: [FieldValue]] {
        var product: [String: [FieldValue]] = [:]
        for name in names + ["x"] where Bool.random(using: &random) {
            product[name] = (0...Int.random(in: 0...1, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? .text(texts.randomElement(using: &random) ?? "")
                    : .number(Double.random(in: -5...20, using: &random))
            }
        }
        return product
    }
}
