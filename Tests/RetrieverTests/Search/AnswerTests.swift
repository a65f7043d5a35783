import Catalog
import Foundation
import Statistics
import Testing

@testable import Retriever

@Suite("What an answer says")
struct AnswerTests {
    private static func shop(_ count: Int) throws -> ProductIndex {
        var random = SplitMix64(seed: 71)
        return try ProductIndex(path: TemporaryIndexKeeper.keep(Shop.random(count, &random)))
    }

    @Test(
        "marked fragments are the text, and the query's words are marked",
        arguments: [
            ("lamp", "Red lamps, lamp-like", ["lamps", "lamp"]), ("化妆", "小化妆包", ["化妆"]), ("化妆包", "小化妆包", ["化妆包"]),
            ("ｓｏｎｙ", "SONY <b>&amp;", ["SONY"]), ("sofa", "Red lamps", []),
            ("\"red lamp\"", "a red lamp", ["red", "lamp"]),
            ("👩‍👩‍👧 lamp", "👩‍👩‍👧 lamp é", ["lamp"]), ("lamp -red", "blue lamp", ["lamp"]),
        ]
    )
    func highlights(query: String, title: String, marked: [String]) throws {
        let index = try TemporaryIndex([Shop.product("a", title) { $0.description = "text. " + title }])
        var request = SearchRequest(query)
        request.correctsSpelling = false
        let hits = try ProductIndex(path: index.path).search(request).hits
        guard let hit = hits.first else { return #expect(marked.isEmpty) }
        #expect(hit.title.map(\.text).joined() == title)
        let found = hit.title.filter(\.isMatch).map(\.text)
        #expect(found == marked || found == [marked.joined(separator: " ")], "\(found)")
        #expect(("text. " + title).contains(hit.snippet.map(\.text).joined().trimmingCharacters(in: ["…"])))
    }

    @Test("contributions add up to the score", arguments: [72])
    func explanations(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let index = try Self.shop(200)
        for _ in 0..<60 {
            var request = SearchRequest(
                random.words(1...4, of: ["lamp", "cable", "\"mini pro\"", "sofa", "phon", "-case", "red"]),
                top: 50
            )
            request.explains = true
            request.completesLastWord = Bool.random(using: &random)
            for hit in try index.search(request).hits {
                let explanation = try #require(hit.explanation)
                let sum = explanation.terms.reduce(0) { $0 + $1.contribution }
                #expect(sum == hit.score, "seed \(seed): \(request.query)")
                #expect(explanation.terms.allSatisfy { ($0.frequency > 0) == ($0.contribution > 0) })
                #expect(explanation.length > 0 && explanation.meanLength > 0)
            }
        }
    }

    @Test(
        "a budget that is used up gives a partial answer, not an error",
        arguments: ["", "lamp", "lamp cable", "lamp -cable", "lmap", "-sofa"]
    )
    func budget(query: String) throws {
        let index = try Self.shop(200)
        var request = SearchRequest(query, top: 1000)
        let all = Set(try index.search(request).hits.map(\.id))
        for wantsTotal in [true, false] {
            for matching in [Matching.auto(minimum: 10), .any, .all] {
                request.budget = .microseconds(1)
                request.wantsTotal = wantsTotal
                request.matching = matching
                let response = try index.search(request)
                #expect(response.isPartial)
                #expect(all.isSuperset(of: response.hits.map(\.id)))
            }
        }
        request.budget = .seconds(60)
        #expect(try !index.search(request).isPartial)
    }

    @Test("a cancelled search throws", arguments: ["", "lamp", "lamp cable", "lamp -cable"])
    func cancellation(query: String) throws {
        let index = try Self.shop(200)
        #expect(throws: RetrieverError.cancelled) { try index.search(SearchRequest(query)) { true } }
        var request = SearchRequest(query)
        request.wantsTotal = false
        request.matching = .any
        #expect(throws: RetrieverError.cancelled) { try index.search(request) { true } }
    }

    @Test("an index without products answers everything with nothing")
    func emptyIndex() throws {
        let temporary = try TemporaryIndex([Shop.product("a", "lamp")])
        _ = try temporary.update([], delete: ["a"])
        let index = try ProductIndex(path: temporary.path)
        for query in ["", "lamp", "\"a b\" -c", "小"] {
            #expect(try index.search(SearchRequest(query)).total == 0)
        }
    }
}
