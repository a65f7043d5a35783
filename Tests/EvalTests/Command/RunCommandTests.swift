import Foundation
import Testing

@Suite struct RunCommandTests {
    private let folder: Folder
    private let index: String
    private let queries: String

    init() throws {
        folder = try Folder()
        let dump = try folder.file(
            "dump.csv",
            """
            id,title,description
            A,Red bag,Leather
            B,Red bag,Leather
            C,Red bag,Leather
            D,Bag,A long and winding text about things to carry that mentions red only once and late
            E,Red shoe,Suede

            """
        )
        index = folder.url.appendingPathComponent("shop.db").path
        queries = try folder.file("queries.tsv", "q2\tred bag\nq1\tshoe\nq3\tzzzz\n")
        let built = try Program.run("index", dump, "--into", index, "--language", "en")
        try #require(built.status == 0, "\(built.errors)")
    }

    private var output: String { folder.url.appendingPathComponent("out.run").path }

    @Test func `A run is TREC's, scores descending, ties by product id descending, the same every time`() throws {
        let done = try Program.run("run", "--index", index, "--queries", queries, "--output", output)
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.isEmpty)
        #expect(done.errors.contains("found nothing and are not in the run: 1"))
        #expect(done.errors.contains("bm25: p50 "))
        let text = try String(contentsOfFile: output, encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.allSatisfy { $0.count == 6 && $0[1] == "Q0" && $0[5] == "bm25" })
        let bags = lines.filter { $0[0] == "q2" }
        // D has both words too, but in a long text; E has one of them.
        #expect(bags.map { $0[2] } == ["C", "B", "A", "D", "E"])
        #expect(bags.map { $0[3] } == ["1", "2", "3", "4", "5"])
        #expect(bags[0][4] == bags[2][4])
        let scores = try bags.map { try #require(Float($0[4])) }
        #expect(scores == scores.sorted(by: >))
        #expect(scores[3] > scores[4])
        #expect(try Program.run("run", "--index", index, "--queries", queries, "--output", output).status == 0)
        #expect(try String(contentsOfFile: output, encoding: .utf8) == text)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("out") }
        #expect(left.sorted() == ["out.run", "out.run.latency.json"])
    }

    @Test func `Products with all words stay above those with some, whatever their scores`() throws {
        // BM25 likes two rare words in a short title better than one of each at the end of a long text.
        let filler = String(repeating: "soft and warm for the living room ", count: 20)
        var rows = "id,title,description\nsome,Velvet velvet,\nall,Sofa,\(filler) velvet cushion\n"
        for number in 0..<40 { rows += "x\(number),Lamp \(number),\(number.isMultiple(of: 2) ? "cushion" : "light")\n" }
        let shop = folder.url.appendingPathComponent("velvet.db").path
        let dump = try folder.file("velvet.csv", rows)
        try #require(try Program.run("index", dump, "--into", shop, "--language", "en").status == 0)
        let question = try folder.file("velvet.tsv", "q\tvelvet cushion\n")
        #expect(try Program.run("run", "--index", shop, "--queries", question, "--output", output).status == 0)
        let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        let first = lines.prefix(2).map { $0.split(separator: " ").map(String.init) }
        #expect(first.map { $0[2] } == ["all", "some"])
        #expect(try #require(Float(first[0][4])) > (try #require(Float(first[1][4]))))
        // Otherwise this test says nothing.
        let found = try Program.run("search", "--index", shop, "velvet cushion", "--json").output
        let answer = try #require(JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: Any])
        let scores = try #require(answer["hits"] as? [[String: Any]]).compactMap { $0["score"] as? Double }
        #expect(scores[0] < scores[1])
    }

    @Test func `A failure leaves the run that was there, and no temporary file`() throws {
        let old = try folder.file("out.run", "old")
        let bad = try folder.file("bad.tsv", "q1 no tab\n")
        let done = try Program.run("run", "--index", index, "--queries", bad, "--output", old)
        #expect(done.status == 1)
        #expect(done.errors.contains("bad.tsv:1: there is no tab"))
        #expect(try String(contentsOfFile: old, encoding: .utf8) == "old")
        #expect(
            try Program.run("run", "--index", index, "--queries", queries, "--output", "/nowhere/x.run").status == 1
        )
        #expect(
            try Program.run("run", "--index", index, "--queries", queries, "--output", old, "--top", "0").status == 2
        )
        #expect(
            try Program.run("run", "--index", index, "--queries", queries, "--output", old, "--stage", "x").status == 2
        )
    }

    @Test func `What the run command writes, the eval command reads`() throws {
        let qrels = try folder.file("qrels.txt", "q1 0 E 1\nq2 0 C 1\nq3 0 A 1\n")
        #expect(try Program.run("run", "--index", index, "--queries", queries, "--output", output).status == 0)
        let done = try Program.run("eval", "--qrels", qrels, "--run", output, "--metrics", "rr@10")
        #expect(done.output.contains("out\t0.6667"))
        #expect(done.errors.contains("judged queries that the run misses, which count 0: 1 (q3)"))
    }
}
