import Foundation
import Testing

@Suite("aisle run with two stages")
struct RunStageTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        // The longer, the worse for BM25 and the better for the server; shelves are too long for it to tell apart.
        let lamps = (0..<4).map {
            "L-\($0),Desk lamp,\(Array(repeating: "long", count: 10 * $0).joined(separator: " ")) end"
        }
        let shelves = (0..<3).map {
            "S-\($0),Shelf,\(Array(repeating: "long", count: 100 + $0).joined(separator: " "))"
        }
        try shop.write("shop.csv", "id,title,description\n" + (lamps + shelves).joined(separator: "\n") + "\n")
        try shop.done("index", "shop.csv", "--into", "shop.db")
        try shop.write("queries.tsv", "q1\tdesk lamp\nq2\tzzzz\n")
        try shop.write("qrels.txt", "q1 0 L-3 1\nq1 0 L-0 0\n")
    }

    private func run(_ model: String, _ options: String...) throws -> ProgramRun {
        try shop.run(
            ["run", "--index", "shop.db", "--queries", "queries.tsv", "--output", "out.run", "--no-cache"]
                + ["--model", model] + options
        )
    }

    private func order(_ query: String = "q1") throws -> [String] {
        try shop.read("out.run").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            .filter { $0[0] == query }.map { $0[2] }
    }

    @Test("stage rerank is the model's order, what lies behind the candidates follows, and it is the same again")
    func rerank() throws {
        let server = try LengthServer()
        let model = "tei+http://127.0.0.1:\(server.port)"
        let done = try run(model, "--stage", "rerank")
        try #require(done.status == 0, "\(done.errors)")
        #expect(done.errors.contains("tag rerank"))
        #expect(try order() == ["L-3", "L-2", "L-1", "L-0"])
        let text = try shop.read("out.run")
        let scores = text.split(separator: "\n").compactMap { Double($0.split(separator: " ")[4]) }
        #expect(scores == scores.sorted(by: >) && Set(scores).count == 4)
        #expect(try run(model, "--stage", "rerank").status == 0)
        #expect(try shop.read("out.run") == text)
        #expect(try run(model, "--stage", "rerank", "--candidates", "2").status == 0)
        #expect(try order() == ["L-1", "L-0", "L-2", "L-3"])
    }

    @Test("stage fused fuses as it is told")
    func fused() throws {
        let server = try LengthServer()
        let model = "tei+http://127.0.0.1:\(server.port)"
        try #require(try run(model, "--fusion", "weighted:0").status == 0)
        #expect(try order() == ["L-3", "L-2", "L-1", "L-0"])
        try #require(try run(model, "--fusion", "weighted:1000").status == 0)
        #expect(try order() == ["L-0", "L-1", "L-2", "L-3"])
        try shop.write("tuned.json", "{\"fusion\": \"weighted:0\", \"weights\": \"title=3\", \"evidence\": {}}")
        try #require(try run(model, "--settings", "tuned.json").status == 0)
        #expect(try order() == ["L-3", "L-2", "L-1", "L-0"])
    }

    @Test("latencies of each part stand beside the run")
    func latencies() throws {
        let server = try LengthServer()
        try #require(try run("tei+http://127.0.0.1:\(server.port)").status == 0)
        let sidecar = try JSONSerialization.jsonObject(with: Data(shop.read("out.run.latency.json").utf8))
        let record = try #require(sidecar as? [String: Any])
        let parts = try #require(record["parts"] as? [[String: Any]])
        #expect(parts.map { $0["part"] as? String } == ["bm25", "rerank", "texts", "total"])
        for key in ["p50_ms", "p95_ms", "p99_ms"] { #expect(parts.allSatisfy { $0[key] is Double }, "\(key)") }
        #expect((record["degraded"] as? [String: Int])?.isEmpty == true)
    }

    @Test("queries that were not reranked are counted, fail the run, and are warned about when it is measured")
    func degraded() throws {
        let server = try LengthServer()
        try shop.write("queries.tsv", "q1\tdesk lamp\nq7\tshelf\n")
        let done = try run("tei+http://127.0.0.1:\(server.port)", "--stage", "rerank")
        #expect(done.status == 1)
        #expect(done.errors.contains("1 of 2 queries, the first of them q7,"), "\(done.errors)")
        #expect(done.errors.contains("1 times: it gives all 3 candidates the same margin"), "\(done.errors)")
        #expect(try order("q7").count == 3)
        let eval = try shop.done("eval", "--qrels", "qrels.txt", "--run", "out.run")
        #expect(eval.errors.contains("out: queries that were not reranked, whose order is the first stage's: 1"))
    }

    @Test("times of a run whose scores were known before are no times of its stage, and are warned about")
    func cached() throws {
        let server = try LengthServer()
        let base = ["run", "--index", "shop.db", "--queries", "queries.tsv", "--output", "out.run"]
        let model = ["--model", "tei+http://127.0.0.1:\(server.port)"]
        try #require(try shop.apart(base + model).status == 0)
        #expect(try !shop.done("eval", "--qrels", "qrels.txt", "--run", "out.run").errors.contains("known before"))
        try #require(try shop.apart(base + model).status == 0)
        let eval = try shop.done("eval", "--qrels", "qrels.txt", "--run", "out.run")
        #expect(eval.errors.contains("out: queries with scores that were known before"), "\(eval.errors)")
        #expect(eval.errors.contains("not its stage's: 1."), "\(eval.errors)")
    }

    @Test("a file is replaced where a link leads to it, and a pipe is written to")
    func outputs() throws {
        try shop.write("real.run", "old\n")
        try FileManager.default.createSymbolicLink(at: shop.url("link.run"), withDestinationURL: shop.url("real.run"))
        let base = ["run", "--index", "shop.db", "--queries", "queries.tsv", "--output"]
        try #require(try shop.run(base + ["link.run"]).status == 0)
        #expect(try shop.read("real.run").hasPrefix("q1 Q0 "))
        let end = try FileManager.default.destinationOfSymbolicLink(atPath: shop.url("link.run").path)
        #expect(end.hasSuffix("real.run"))
        try shop.write("bare.tsv", "1\tcup\n")
        let piped = try shop.apart("align", "bare.tsv", "bare.tsv", "--output", "/dev/stdout")
        #expect(piped.output.hasPrefix("left\tright\tdecision"), "\(piped.errors)")
    }

    @Test("a model that cannot be opened, and none, are refused before anything is written")
    func absent() throws {
        let none = try shop.aisle(
            "run",
            "--index",
            "shop.db",
            "--queries",
            "queries.tsv",
            "--output",
            "out.run",
            "--stage",
            "rerank"
        )
        #expect(none.status == 2)
        #expect(none.errors.contains("--stage rerank needs --model"))
        #expect(try run("nowhere/at-all").status == 1)
        #expect(!FileManager.default.fileExists(atPath: shop.url("out.run").path))
        try shop.write("bad.json", "{\"evidence\": 1}")
        let bad = try shop.aisle(
            "run",
            "--index",
            "shop.db",
            "--queries",
            "queries.tsv",
            "--output",
            "out.run",
            "--settings",
            "bad.json"
        )
        #expect(bad.status == 1)
        #expect(bad.errors.contains("bad.json: it has neither \"weights\" nor \"fusion\""), "\(bad.errors)")
    }
}
