import Catalog
import Foundation
import Statistics
import Testing

@testable import Retriever

@Suite("Filters, facets, sorting and paging over an index")
struct FilterSearchTests {
    private static func condition(_ random: inout SplitMix64, depth: Int) -> Filter {
        func field(_ names: [String]) -> FilterField { FilterField(names.randomElement(using: &random) ?? "brand") }
        func any<Value>(_ values: [Value], else value: Value) -> Value { values.randomElement(using: &random) ?? value }
        let texts = [
            "sony", "Sony", "bosch", "苹果", "éclair", "o\"neil", "red", "deep red", "deep  red", "ＲＥＤ", "in_stock",
            "preorder",
            "computers", "Computers > Laptops", "computers›laptops›gaming", "Laptops", "厨房", "厨房＞töpfe", "XL", "2 kg",
            "007",
            "eur", "USD", Shop.longValues[0], Shop.longValues[2].uppercased(), String(Shop.longValues[0].prefix(100)),
            "7", "10.5", "G1", "g3", "yes", "", ">", "zanussi", "白色", "émeraude",
        ]
        let numbers = ["5", "10.5", "2", "100", "-3", "0", "7", "9.50", "1.5"]
        func value() -> FilterValue {
            Bool.random(using: &random) ? .text(any(texts, else: "")) : .number(any(numbers, else: "0"))
        }
        let names = [
            "brand", "Brand", "category", "color", "COLOR", "screen_size", "Screen  Size", "wireless", "availability",
            "group_id", "price", "rating", "价格", "sale_price", "rating_count", "currency", "note", "Note",
        ]
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0, 1:
            let comparison = FilterComparison.allCases.randomElement(using: &random) ?? .equal
            let name = field(names)
            return .compare(name, name.standard == .category ? .equal : comparison, value())
        case 2: return .oneOf(field(names), (0..<Int.random(in: 0...3, using: &random)).map { _ in value() })
        case 3: return .range(field(names.filter { $0 != "category" }), value(), value())
        case 4: return .exists(field(names + ["in_stock"]))
        case 5: return .flag(field(names + ["in_stock", "in_stock", "wireless"]))
        case 6: return .not(condition(&random, depth: depth - 1))
        case 7, 8:
            return .all((0..<Int.random(in: 0...3, using: &random)).map { _ in condition(&random, depth: depth - 1) })
        default:
            return .any((0..<Int.random(in: 0...3, using: &random)).map { _ in condition(&random, depth: depth - 1) })
        }
    }

    @Test("any filter over any products passes what Filter.matches passes", arguments: [61, 62, 63])
    func filtersAgree(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = Shop.random(150, &random)
        let temporary = try TemporaryIndex(products)
        let index = try ProductIndex(path: temporary.path)
        for round in 0..<250 {
            let filter = Self.condition(&random, depth: 3)
            let expected = products.filter { product in filter.matches { Shop.values(product, $0) } }
                .map(\.id).sorted()
            var request = SearchRequest("", top: 1000)
            request.filter = filter
            request.wantsProducts = false
            let response = try index.search(request)
            let isEqual = response.hits.map(\.id) == expected
            #expect(isEqual, "seed \(seed), round \(round): \(filter)")
            #expect(response.total == expected.count)
        }
    }

    @Test("a filter narrows every kind of search to the products that pass", arguments: [64])
    func filtersNarrow(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = Shop.random(200, &random)
        let temporary = try TemporaryIndex(products)
        let index = try ProductIndex(path: temporary.path)
        for query in ["lamp", "cable mini", "sofa -mini", "\"lamp lamp\"", "green phone case"] {
            for matching in [Matching.all, .any] {
                for wantsTotal in [true, false] {
                    var request = SearchRequest(query, top: 1000)
                    request.matching = matching
                    request.wantsTotal = wantsTotal
                    let all = try index.search(request).hits
                    let filter = Self.condition(&random, depth: 2)
                    request.filter = filter
                    let expected = all.filter { hit in
                        hit.product.map { product in filter.matches { Shop.values(product, $0) } } ?? false
                    }
                    let isEqual = try index.search(request).hits.map(\.id) == expected.map(\.id)
                    #expect(isEqual, "seed \(seed): \(query), \(filter)")
                }
            }
        }
    }

    @Test("facets are counts over all matches, whatever the page", arguments: [65, 66])
    func facets(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = Shop.random(200, &random)
        let temporary = try TemporaryIndex(products)
        let index = try ProductIndex(path: temporary.path)
        for query in ["", "lamp", "mini pro", "cable -phone"] {
            var request = SearchRequest(query, top: 1000)
            request.matching = .all
            let matches = try index.search(request).hits.compactMap(\.product)
            request.top = 3
            request.facets = ["brand", "Color", "screen_size", "category", "availability", "note", "currency"].map {
                FacetRequest(FilterField($0), limit: 4)
            }
            let response = try index.search(request)
            #expect(response.facets.map(\.field) == request.facets.map(\.field))
            for facet in response.facets {
                var counts: [String: Int] = [:]
                var missing = 0
                for product in matches {
                    var values = Set(Shop.values(product, facet.field).flatMap(Self.facetValues))
                    if values.isEmpty { missing += 1 }
                    while let value = values.popFirst() { counts[value, default: 0] += 1 }
                }
                let sorted = counts.sorted {
                    $0.value == $1.value ? $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) : $0.value > $1.value
                }
                let found = facet.counts.map { FilterText.folded($0.value) + " \($0.count)" }
                #expect(
                    found == sorted.prefix(4).map { "\($0.key) \($0.value)" },
                    "seed \(seed): \(facet.field) of \(query)"
                )
                #expect(facet.otherValues == max(counts.count - 4, 0))
                #expect(facet.missing == missing)
            }
        }
    }

    /// A category counts for each of its ancestors, too.
    private static func facetValues(_ value: FieldValue) -> [String] {
        switch value {
        case .number(let number): ["\(number)"]
        case .text(let text): [FilterText.folded(text)]
        case .path(let path): path.indices.map { FilterText.folded(path[...$0].joined(separator: " > ")) }
        }
    }

    @Test("a facet shows the commonest spelling of a value")
    func facetSpelling() throws {
        let brands = ["SONY", "Sony", "Sony", "ＳＯＮＹ"]
        let index = try TemporaryIndex(
            brands.enumerated().map { pair in Shop.product("\(pair.offset)", "x") { $0.brand = pair.element } }
        )
        var request = SearchRequest("")
        request.facets = [FacetRequest(FilterField("brand"), limit: 5)]
        #expect(try ProductIndex(path: index.path).search(request).facets[0].counts == [FacetResult.Count("Sony", 4)])
    }

    @Test(
        "sorting is a plain sort: missing values last, ties by id",
        arguments: [
            "price", "-price", "rating", "-rating", "Color", "-Color", "brand", "screen_size", "-screen_size",
            "sale_price", "-rating_count",
        ]
    )
    func sorting(text: String) throws {
        var random = SplitMix64(seed: 67)
        let products = Shop.random(200, &random)
        let temporary = try TemporaryIndex(products)
        let index = try ProductIndex(path: temporary.path)
        let sort = try SortKey(parsing: text)
        guard case .field(let field, let isDescending) = sort else { return #expect(Bool(false)) }
        for query in ["", "lamp", "cable mini"] {
            var request = SearchRequest(query, top: 1000)
            request.matching = .any
            let matches = try index.search(request).hits.compactMap(\.product)
            func key(_ product: Product) -> (number: Double, text: String)? {
                let keys = Shop.values(product, field).map { value -> (number: Double, text: String) in
                    switch value {
                    case .number(let number): (number, "")
                    case .text(let text): (0, FilterText.folded(text))
                    case .path(let path): (0, path.joined(separator: " > "))
                    }
                }
                return keys.min { Self.precedes($0, $1) != isDescending && !Self.equal($0, $1) }
            }
            let expected = matches.sorted { left, right in
                switch (key(left), key(right)) {
                case (nil, nil): left.id < right.id
                case (nil, _): false
                case (_, nil): true
                case (let a?, let b?): Self.equal(a, b) ? left.id < right.id : Self.precedes(a, b) != isDescending
                }
            }
            request.sort = sort
            #expect(try index.search(request).hits.map(\.id) == expected.map(\.id), "\(text) of \(query)")
        }
    }

    private typealias Key = (number: Double, text: String)
    private static func equal(_ a: Key, _ b: Key) -> Bool { a.number == b.number && a.text == b.text }
    private static func precedes(_ a: Key, _ b: Key) -> Bool {
        a.number == b.number ? a.text.utf8.lexicographicallyPrecedes(b.text.utf8) : a.number < b.number
    }

    @Test("attributes whose values are all numbers sort by size, not by letters")
    func numericAttribute() throws {
        let values = ["10", "9", "100", "2.5 kg", nil]
        let index = try TemporaryIndex(
            values.enumerated().map { pair in
                Shop.product("p\(pair.offset)", "x") {
                    $0.attributes = pair.element.map { [Attribute("Weight", [$0])] } ?? []
                }
            }
        )
        #expect(
            try index.ids("") { $0.sort = .field(FilterField("weight"), isDescending: false) } == [
                "p3", "p1", "p0", "p2", "p4",
            ]
        )
        #expect(
            try index.ids("") { $0.sort = .field(FilterField("weight"), isDescending: true) } == [
                "p2", "p0", "p1", "p3", "p4",
            ]
        )
    }

    @Test(
        "pages put together are the one big page",
        arguments: ["", "lamp", "mini pro cable", "sofa -mini", "\"lamp cable\" pro"]
    )
    func paging(query: String) throws {
        var random = SplitMix64(seed: 68)
        let temporary = try TemporaryIndex(Shop.random(150, &random))
        let index = try ProductIndex(path: temporary.path)
        for matching in [Matching.auto(minimum: 10), .auto(minimum: 40), .all, .any] {
            for sort in ["relevance", "-price"] {
                for wantsTotal in [true, false] {
                    var request = SearchRequest(query, top: 1000)
                    request.matching = matching
                    request.sort = try SortKey(parsing: sort)
                    request.wantsTotal = wantsTotal
                    request.wantsProducts = false
                    let all = try index.search(request)
                    var pages: [ProductID] = []
                    request.top = 7
                    repeat {
                        request.offset = pages.count
                        let page = try index.search(request)
                        #expect(page.total == all.total)
                        if page.hits.isEmpty { break }
                        pages += page.hits.map(\.id)
                    } while pages.count < 1000
                    #expect(pages == all.hits.map(\.id), "\(query) \(matching) \(sort)")
                }
            }
        }
    }

    @Test(
        "pages nobody can turn to are empty, not a crash",
        arguments: [(Int.max, Int.max), (-5, 2), (0, -1), (1, Int.max), (0, 0)]
    )
    func oddPages(offset: Int, top: Int) throws {
        let index = try TemporaryIndex([Shop.product("a", "lamp"), Shop.product("b", "lamp")])
        for query in ["", "lamp", "lamp sofa"] {
            let ids = try index.ids(query, top: top) { $0.offset = offset }
            #expect(ids == Array(["a", "b"].dropFirst(min(max(offset, 0), 2)).prefix(max(top, 0))))
        }
    }

    @Test("products are picked by id, spelled exactly")
    func ids() throws {
        let index = try TemporaryIndex(["a", "A", "b", "7", "007"].map { Shop.product($0, "lamp") })
        func found(_ filter: String) throws -> [String] {
            let filter = try Filter(parsing: filter)
            return try index.ids("lamp") { $0.filter = filter }
        }
        #expect(try found("id = \"a\"") == ["a"])
        #expect(try found("id = a OR id = b") == ["a", "b"])
        #expect(try found("id IN (A, b, nothing)") == ["A", "b"])
        #expect(try found("id = 7") == ["7"])
        #expect(try found("id != a").sorted() == ["007", "7", "A", "b"])
        #expect(try found("id EXISTS").count == 5)
    }

    @Test(
        "fields that cannot be filtered so are refused with a list of those that can",
        arguments: ["title = \"lamp\"", "description EXISTS", "title", "id < 5", "id 1..5"]
    )
    func refusedFields(text: String) throws {
        let temporary = try TemporaryIndex([Shop.product("a", "lamp")])
        let index = try ProductIndex(path: temporary.path)
        var request = SearchRequest("lamp")
        request.filter = try Filter(parsing: text)
        #expect {
            try index.search(request)
        } throws: { error in
            guard case .wrongComparison = error as? RetrieverError else { return false }
            return text.hasPrefix("id") ? "\(error)".contains("IN") : "\(error)".contains("rating_count")
        }
    }

    @Test(
        "a field that is not counted is refused with the reason and the fields that are",
        arguments: ["id", "title", "description"]
    )
    func refusedFacets(field: String) throws {
        let temporary = try TemporaryIndex([Shop.product("a", "lamp") { $0.price = Price(3) }])
        var request = SearchRequest("lamp")
        request.facets = [FacetRequest(FilterField(field))]
        #expect {
            try ProductIndex(path: temporary.path).search(request)
        } throws: { error in
            guard case .notCounted(field, _) = error as? RetrieverError else { return false }
            return "\(error)".contains(field) && "\(error)".contains("Facets know brand, category")
        }
    }

    @Test("products are sorted by id in either direction, by texts not at all", arguments: ["", "lamp"])
    func sortingByID(query: String) throws {
        let ids = ["b", "a", "10", "9", "é", "B"]
        let temporary = try TemporaryIndex(ids.map { Shop.product($0, "lamp") })
        let byBytes = ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try temporary.ids(query) { $0.sort = .field(FilterField("id"), isDescending: false) } == byBytes)
        #expect(
            try temporary.ids(query) { $0.sort = .field(FilterField("id"), isDescending: true) } == byBytes.reversed()
        )
        for field in ["title", "description"] {
            #expect(throws: RetrieverError.notSorted(field: field)) {
                try temporary.ids(query) { $0.sort = .field(FilterField(field), isDescending: false) }
            }
        }
    }

    @Test("a facet shows a value whole, however long, and the value shown can be filtered by")
    func longFacetValues() throws {
        let values = Shop.longValues + ["short"]
        let index = try TemporaryIndex(
            values.enumerated().map { pair in
                Shop.product("p\(pair.offset)", "x") { $0.attributes = [Attribute("Care", [pair.element])] }
            }
        )
        var request = SearchRequest("")
        request.facets = [FacetRequest(FilterField("care"))]
        let counts = try ProductIndex(path: index.path).search(request).facets[0].counts
        // The first two differ in case only.
        #expect(counts.map(\.count) == [2, 1, 1])
        #expect(Set(counts.map { FilterText.folded($0.value) }) == Set(values.map(FilterText.folded)))
        for count in counts {
            let filter = Filter.compare(FilterField("care"), .equal, .text(count.value))
            let found = try index.ids("") { $0.filter = filter }
            #expect(found.count == count.count, "\(count.value)")
        }
    }

    @Test("an unknown field is an error that lists the fields there are")
    func unknownField() throws {
        let temporary = try TemporaryIndex([Shop.product("a", "lamp") { $0.attributes = [Attribute("Farbe", ["rot"])] }]
        )
        let index = try ProductIndex(path: temporary.path)
        let field = FilterField("colour")
        let changes: [(inout SearchRequest) -> Void] = [
            { $0.filter = .exists(field) }, { $0.facets = [FacetRequest(field)] },
            { $0.sort = .field(field, isDescending: false) },
        ]
        for change in changes {
            for query in ["", "lamp"] {
                var request = SearchRequest(query)
                change(&request)
                #expect {
                    try index.search(request)
                } throws: { error in
                    guard case .unknownField("colour", let known) = error as? RetrieverError else { return false }
                    return known.contains("farbe") && "\(error)".contains("farbe") && "\(error)".contains("colour")
                }
            }
        }
    }
}
