import Catalog
import Foundation
import Statistics
import Testing

@testable import Retriever

@Suite("Facets of numbers")
struct NumberFacetTests {
    @Test("ranges follow each other, and a range's filter finds as many products as it counts", arguments: [71, 72])
    func rangesAreFilters(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let products = Shop.random(200, &random)
        let temporary = try TemporaryIndex(products)
        let index = try ProductIndex(path: temporary.path)
        for query in ["", "lamp", "mini pro"] {
            for field in ["price", "sale_price", "rating", "rating_count"].map(FilterField.init) {
                for limit in [1, 2, 5, 10, 1_000] {
                    var request = SearchRequest(query, top: 1_000)
                    request.matching = .all
                    request.facets = [FacetRequest(field, limit: limit)]
                    let response = try index.search(request)
                    let facet = response.facets[0]
                    let numbers = response.hits.compactMap(\.product).flatMap { (product: Product) -> [Double] in
                        Shop.values(product, field).compactMap {
                            if case .number(let number) = $0 { number } else { nil }
                        }
                    }
                    #expect(facet.missing == response.hits.count - numbers.count)
                    #expect(facet.ranges.reduce(0) { $0 + $1.count } == numbers.count)
                    #expect(facet.ranges.count <= limit)
                    #expect(facet.statistics?.least == numbers.min())
                    #expect(facet.statistics?.greatest == numbers.max())
                    if let mean = facet.statistics?.mean {
                        #expect(abs(mean - numbers.reduce(0, +) / Double(numbers.count)) < 1e-9)
                    }
                    #expect(facet.ranges.first?.from == nil && facet.ranges.last?.to == nil)
                    for (range, next) in zip(facet.ranges, facet.ranges.dropFirst()) { #expect(range.to == next.from) }
                    request.facets = []
                    for range in facet.ranges {
                        request.filter = range.filter(on: field) ?? .exists(field)
                        let text = "seed \(seed): \(query), \(String(describing: request.filter))"
                        #expect(try index.search(request).total == range.count, "\(text)")
                        #expect(range.count > 0, "\(text)")
                    }
                }
            }
        }
    }

    @Test("prices of many sizes are divided evenly, at round numbers")
    func prices() throws {
        var random = SplitMix64(seed: 73)
        let products = (0..<20_000).map { number in
            Shop.product("\(number)", "lamp") { product in
                let exponent = (0..<4).map { _ in Double.random(in: -1...1, using: &random) }.reduce(1.5, +)
                product.price = Price((pow(10, exponent) * 100).rounded() / 100)
            }
        }
        let temporary = try TemporaryIndex(products)
        var request = SearchRequest("lamp")
        request.facets = [FacetRequest(FilterField("price"), limit: 5)]
        let ranges = try ProductIndex(path: temporary.path).search(request).facets[0].ranges
        #expect(ranges.count == 5)
        #expect(ranges.allSatisfy { (3_000...5_000).contains($0.count) }, "\(ranges)")
        for bound in ranges.compactMap(\.to) {
            #expect("\(bound)".filter { $0 != "0" && $0 != "." }.count <= 2, "\(bound)")
        }
    }

    @Test("a field that no match has gives no range")
    func noNumbers() throws {
        let temporary = try TemporaryIndex([Shop.product("a", "lamp") { _ in }])
        var request = SearchRequest("lamp")
        request.facets = [FacetRequest(FilterField("price"))]
        let facet = try ProductIndex(path: temporary.path).search(request).facets[0]
        #expect(facet == FacetResult(field: FilterField("price"), ranges: [], statistics: nil, missing: 1))
    }

    /// Most numbers lie between `low` and `high`; five parts.
    struct Rounding {
        var low: Double, high: Double
        var expected: [Double: Double]
    }

    static let roundings = [
        Rounding(low: 1, high: 2_000, expected: [97: 100, 1_234: 1_500, 0.07: 0.08, 9.99: 10, 0: 0, -260: -250]),
        Rounding(low: 0, high: 5_000, expected: [18: 20, 7.1: 8]),
        Rounding(low: 40, high: 300, expected: [73: 50, 76: 100, 299: 300]),
        Rounding(low: 3, high: 5, expected: [4.29: 4.2, 4.31: 4.4, 4.41: 4.4]),
        Rounding(low: 0.2, high: 0.9, expected: [0.29: 0.3]),
        Rounding(low: 20, high: 20, expected: [20: 20]),
    ]

    @Test("round numbers", arguments: roundings)
    func roundNumbers(rounding: Rounding) {
        let grid = RoundNumbers(from: rounding.low, to: rounding.high, 5)
        for (number, expected) in rounding.expected { #expect(grid.nearest(to: number) == expected, "\(number)") }
    }
}
