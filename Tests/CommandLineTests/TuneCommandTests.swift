import Foundation
import Testing

@Suite("aisle tune")
struct TuneCommandTests {
    private let shop: Shop

    /// Ten products whose title says one word and whose description another; queries want the description.
    init() throws {
        shop = try Shop()
        let words = ["amber", "birch", "cedar", "denim", "ebony", "flint", "grape", "hazel", "ivory", "jasper"]
        let rows = words.indices.flatMap { place in
            [
                "T-\(place),\(words[place]) \(words[place]),plain text about nothing at all",
                "D-\(place),plain thing,all about \(words[place]) and nothing else",
            ]
        }
        try shop.write("shop.csv", "id,title,description\n" + rows.joined(separator: "\n") + "\n")
        try shop.done("index", "shop.csv", "--into", "shop.db", "--language", "none")
        try shop.write("queries.tsv", words.indices.map { "q\($0)\t\(words[$0])\n" }.joined())
        try shop.write("qrels.txt", words.indices.map { "q\($0) 0 D-\($0) 1\nq\($0) 0 T-\($0) 0\n" }.joined())
    }

    private func tune(_ options: String...) throws -> ProgramRun {
        try shop.run(
            ["tune", "--index", "shop.db", "--queries", "queries.tsv", "--qrels", "qrels.txt", "--metric", "rr@10"]
                + ["--output", "tuned.json", "--folds", "2"] + options
        )
    }

    @Test("weights that help on held-out queries are found, reported with intervals, and read by search and run")
    func weights() throws {
        let done = try tune("--json")
        try #require(done.status == 0, "\(done.errors)")
        let answer = try done.json()
        let evidence = try #require(answer["evidence"] as? [String: Any])
        // The wrong product comes first in every query by default (1/2), the right one with any useful weights.
        #expect((evidence["default"] as? [String: Any])?["mean"] as? Double == 0.5)
        #expect((evidence["held_out"] as? [String: Any])?["mean"] as? Double == 1)
        #expect(evidence["difference_interval"] as? [Double] == [0.5, 0.5])
        #expect(evidence["is_better"] as? Bool == true)
        #expect((answer["choices"] as? [String])?.count == 2)
        #expect(try !shop.read("tuned.json").contains("train"))
        let hits = try shop.done("search", "--index", "shop.db", "amber", "--settings", "tuned.json", "--json").json()
        #expect((hits["hits"] as? [[String: Any]])?.first?["id"] as? String == "D-0")
        try shop.done(
            "run",
            "--index",
            "shop.db",
            "--queries",
            "queries.tsv",
            "--output",
            "out.run",
            "--settings",
            "tuned.json"
        )
        #expect(try shop.read("out.run").hasPrefix("q0 Q0 D-0 1 "))
        #expect(try tune("--json").output == done.output)
    }

    @Test("a model's fusion is tuned, too, and its scores are asked for once a candidate list")
    func fusion() throws {
        let server = try LengthServer()
        let done = try tune("--model", "tei+http://127.0.0.1:\(server.port)", "--no-cache", "--keep-weights")
        try #require(done.status == 0, "\(done.errors)")
        #expect(done.output.contains("tuned, held out  "))
        #expect(try shop.read("tuned.json").contains("\"fusion\""))
        // What was chosen has to be good when the engine itself ranks with it.
        let run = try shop.run(
            ["run", "--index", "shop.db", "--queries", "queries.tsv", "--output", "out.run", "--no-cache"]
                + ["--settings", "tuned.json", "--model", "tei+http://127.0.0.1:\(server.port)"]
        )
        try #require(run.status == 0, "\(run.errors)")
        try shop.done("eval", "--qrels", "qrels.txt", "--run", "out.run", "--fail-under", "rr@10=0.9")
    }

    @Test("too few queries are refused: what is tuned and measured on the same queries is no result")
    func tooFew() throws {
        let done = try tune("--folds", "5")
        #expect(done.status == 1)
        #expect(done.errors.contains("10 judged queries cannot be divided into 5 parts"), "\(done.errors)")
        #expect(!FileManager.default.fileExists(atPath: shop.url("tuned.json").path))
        #expect(try tune("--folds", "1").status == 2)
        #expect(try tune("--keep-weights").status == 2)
    }
}
