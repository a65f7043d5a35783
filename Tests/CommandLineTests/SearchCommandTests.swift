import Foundation
import Testing

@Suite("aisle search and analyze")
struct SearchCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        try shop.write("dump.csv", goodDump)
        try shop.done("index", "dump.csv", "--into", "shop.db")
    }

    @Test("--json prints one document with the promised keys")
    func json() throws {
        let run = try shop.done("search", "--index", "shop.db", "bag", "--json", "--facet", "brand", "--explain")
        let answer = try run.json()
        for key in ["query_id", "query", "total", "hits", "facets", "is_relaxed", "is_partial", "milliseconds"] {
            #expect(answer[key] != nil, "\(key) is missing")
        }
        #expect(answer["total"] as? Int == 1)
        #expect((answer["rerank"] as? [String: Any])?["status"] as? String == "skipped")
        let hit = try #require((answer["hits"] as? [[String: Any]])?.first)
        #expect(hit["id"] as? String == "A-2")
        #expect(hit["title"] as? String == "Leather bag")
        #expect(hit["price"] as? Double == 149)
        #expect((hit["title_html"] as? String)?.contains("<mark>bag</mark>") == true)
        let terms = try #require((hit["explanation"] as? [String: Any])?["terms"] as? [[String: Any]])
        let sum = terms.compactMap { $0["contribution"] as? Double }.reduce(0, +)
        #expect(abs(sum - (hit["score"] as? Double ?? .nan)) < 1e-9)
        let brand = try #require((answer["facets"] as? [String: Any])?["brand"] as? [String: Any])
        #expect((brand["values"] as? [[String: Any]])?.first?["value"] as? String == "Bree")
    }

    @Test("a misspelt word is corrected and the correction is said")
    func correction() throws {
        let answer = try shop.done("search", "--index", "shop.db", "hedphones", "--json").json()
        #expect(answer["did_you_mean"] as? String == "headphones")
        let text = try shop.done("search", "--index", "shop.db", "hedphones").output
        #expect(text.hasPrefix("Showing results for: headphones\n"), "\(text)")
    }

    @Test("filters, sorting and paging do what they say")
    func filterSortPage() throws {
        #expect(try shop.ids("", "--sort", "price") == ["A-3", "A-1", "A-2"])
        #expect(try shop.ids("", "--sort", "-price") == ["A-2", "A-1", "A-3"])
        #expect(try shop.ids("", "--sort=-price") == ["A-2", "A-1", "A-3"])
        #expect(try shop.ids("", "--sort", "price", "--offset", "1", "--top", "1") == ["A-1"])
        #expect(try shop.ids("", "--filter", "price < 100 AND brand = sony") == ["A-1"])
    }

    @Test("output that is no terminal has no colours or control characters")
    func plainOutput() throws {
        let run = try shop.done("search", "--index", "shop.db", "bag")
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test("no query is an error", arguments: ["\"", "-", "\"\" -\"\"", "(*)^:", "AND OR NOT", "\u{0}", "😀", "-bag"])
    func oddQueries(query: String) throws {
        let run = try shop.run([
            "search", "--index", "shop.db", "--json", "--", query.replacingOccurrences(of: "\0", with: " "),
        ])
        #expect(run.status == 0, "\(run.errors)")
        _ = try run.json()
    }

    @Test("a long query is not echoed whole")
    func longQuery() throws {
        let query = "hedphones " + String(repeating: "keybord ", count: 11_000)
        let run = try shop.done("search", "--index", "shop.db", query)
        #expect(run.output.hasPrefix("Showing results for: headphones"), "\(run.output.prefix(100))")
        #expect(run.output.utf8.count < 2_000)
        let answer = try shop.done("search", "--index", "shop.db", query, "--json").json()
        #expect((answer["did_you_mean"] as? String)?.utf8.count ?? 0 < 2_000)
    }

    @Test(
        "an answer that cannot be written is a failure with a message",
        arguments: [
            ["search", "--index", "shop.db", "bag"], ["search", "--index", "shop.db", "bag", "--json"],
            ["analyze", "WH-1000XM4"], ["analyze", "WH-1000XM4", "--json"],
            ["analyze", String(repeating: "ab1 ", count: 5_000)],
            ["index", "dump.csv", "--into", "other.db"], ["index", "dump.csv", "--into", "other.db", "--json"],
            ["--help"], ["--version"],
        ]
    )
    func fullOutput(arguments: [String]) throws {
        let quoted = arguments.map { "'\($0)'" }.joined(separator: " ")
        let command = "'\(shop.program.path)' \(quoted) >/dev/full"
        let run = try shop.run(["-c", command], program: URL(fileURLWithPath: "/bin/sh"))
        #expect(run.status == 1)
        #expect(run.errors.contains("standard output cannot be written"), "\(run.errors)")
    }

    @Test("analyze shows the parts of a product code and where they stand")
    func analyze() throws {
        let answer = try shop.done("analyze", "WH-1000XM4", "--json").json()
        let tokens = try #require(answer["tokens"] as? [[String: Any]])
        let whole = try #require(tokens.first { $0["token"] as? String == "wh1000xm4" }, "\(tokens)")
        #expect(whole["start"] as? Int == 0)
        #expect(whole["end"] as? Int == 10)
        #expect(tokens.contains { $0["token"] as? String == "1000xm4" })
    }
}
