import Foundation
import Testing

@Suite("aisle search with two stages")
struct RankingCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        // The longer, the worse for BM25 and the better for the server.
        let rows = (0..<4).map {
            "L-\($0),Desk lamp,\(Array(repeating: "long", count: 10 * $0).joined(separator: " ")) end"
        }
        try shop.write("lamps.csv", "id,title,description\n" + rows.joined(separator: "\n") + "\n")
        try shop.done("index", "lamps.csv", "--into", "shop.db")
    }

    private func search(_ options: String...) throws -> ProgramRun {
        try shop.run(["search", "--index", "shop.db", "lamp", "--no-cache"] + options)
    }

    @Test("a model puts the hits in its order, and JSON says what it did")
    func json() throws {
        let server = try LengthServer()
        let model = "tei+http://127.0.0.1:\(server.port)"
        let run = try search("--model", model, "--stage", "rerank", "--json", "--explain")
        try #require(run.status == 0, "\(run.errors)")
        let answer = try run.json()
        let hits = try #require(answer["hits"] as? [[String: Any]])
        #expect(hits.map { $0["id"] as? String } == ["L-3", "L-2", "L-1", "L-0"])
        #expect(hits.map { $0["first_stage_rank"] as? Int } == [4, 3, 2, 1])
        #expect(hits.map { $0["movement"] as? Int } == [3, 1, -1, -3])
        #expect(hits.map { $0["rank"] as? Int } == [1, 2, 3, 4])
        let margins = hits.compactMap { $0["margin"] as? Double }
        #expect(margins.count == 4 && margins == margins.sorted(by: >))
        let rerank = try #require(answer["rerank"] as? [String: Any])
        #expect(rerank["status"] as? String == "complete")
        #expect(rerank["scored"] as? Int == 4)
        #expect(rerank["candidates"] as? Int == 4)
        #expect(rerank["cached"] as? Int == 0)
        #expect(rerank["backend"] as? String == "tei")
        #expect(rerank["model"] as? String == "length")
        #expect(rerank["ms"] is Double)
        let place = try #require(hits.first?["place"] as? [String: Any])
        #expect(place["fused"] as? Double == margins.first)
    }

    @Test("the table shows margins, movement and where the order comes from")
    func table() throws {
        let server = try LengthServer()
        let run = try search("--model", "tei+http://127.0.0.1:\(server.port)", "--fusion", "weighted:0", "--explain")
        try #require(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("reranked 4 of 4 in "))
        let rows = run.output.split(separator: "\n").filter { $0.contains("\tL-") }
        #expect(rows.map { $0.split(separator: "\t").last } == ["+3", "+1", "-1", "-3"], "\(run.output)")
        #expect(run.output.contains("(margin) +0.0000 (0.0 x bm25/best)"))
    }

    @Test("rules come last", arguments: ["bm25", "rerank"])
    func rules(stage: String) throws {
        let server = try LengthServer()
        let run = try search(
            "--model",
            "tei+http://127.0.0.1:\(server.port)",
            "--stage",
            stage,
            "--pin",
            "L-1",
            "--bury",
            "L-3,L-9",
            "--hide",
            "L-0",
            "--json"
        )
        try #require(run.status == 0, "\(run.errors)")
        let answer = try run.json()
        let hits = try #require(answer["hits"] as? [[String: Any]])
        #expect(hits.map { $0["id"] as? String } == ["L-1", "L-2", "L-3"])
        #expect(answer["total"] as? Int == 3)
    }

    @Test(
        "a model that is not there leaves the first stage's hits, and the answer says why",
        arguments: [
            ([], "skipped", "there is no model"), (["--model", "nowhere/at-all"], "failed", "cannot be opened"),
            (["--model", "tei+http://127.0.0.1:1"], "failed", "Nothing answers"),
        ]
    )
    func absent(options: [String], status: String, reason: String) throws {
        let base = ["search", "--index", "shop.db", "lamp", "--stage", "fused", "--no-cache"] + options
        let answer = try shop.run(base + ["--json"])
        try #require(answer.status == 0, "\(answer.errors)")
        let rerank = try #require(try answer.json()["rerank"] as? [String: Any])
        #expect(rerank["status"] as? String == status)
        #expect((rerank["reason"] as? String)?.contains(reason) == true, "\(rerank)")
        let hits = try #require(try answer.json()["hits"] as? [[String: Any]])
        #expect(hits.map { $0["id"] as? String } == ["L-0", "L-1", "L-2", "L-3"])
        #expect(try shop.run(base).output.contains("not reranked: "))
    }

    @Test(
        "options that cannot be are refused",
        arguments: [
            ["--candidates", "0"], ["--candidates", "1001"], ["--fusion", "rrf:0"], ["--stage", "best"],
            ["--floor", "nan"], ["--threads", "0"], ["--budget-ms", "0"],
        ]
    )
    func usage(options: [String]) throws {
        let run = try shop.run(["search", "--index", "shop.db", "lamp"] + options)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
    }
}
