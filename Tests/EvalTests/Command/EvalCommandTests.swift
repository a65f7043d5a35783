import Foundation
import Testing

/// The commands, as a person runs them: the program lies beside the tests once everything is built.
@Suite struct EvalCommandTests {
    private let folder: Folder
    private let qrels: String
    private let old: String
    private let new: String

    init() throws {
        folder = try Folder()
        qrels = try folder.file("qrels.txt", "q1 0 a 1\nq1 0 b 0\nqTwo 0 a 1\n")
        old = try folder.file("old.run", "q1 Q0 a 1 2 t\nq1 Q0 b 2 1 t\nqTwo Q0 b 1 2 t\nqTwo Q0 a 2 1 t\n")
        new = try folder.file("new.run", "q1 Q0 a 1 2 t\nqTwo Q0 a 1 1 t\n")
    }

    @Test func `JSON has runs with means and queries, and comparisons, and nothing else`() throws {
        let done = try Program.run(
            "eval",
            "--qrels",
            qrels,
            "--run",
            old,
            "--run",
            new,
            "--metrics",
            "rr@10,p@1",
            "--json"
        )
        #expect(done.status == 0)
        #expect(done.errors.isEmpty)
        let json = try JSONDecoder().decode(Answer.self, from: Data(done.output.utf8))
        #expect(json.runs.map(\.name) == ["old", "new"])
        #expect(json.runs[0].metrics == ["rr@10": 0.75, "p@1": 0.5])
        #expect(json.runs[0].queries == ["q1": ["rr@10": 1, "p@1": 1], "qTwo": ["rr@10": 0.5, "p@1": 0]])
        #expect(json.comparisons.map(\.metric) == ["rr@10", "p@1"])
        #expect(json.comparisons[0].wins == 1)
        let keys = try #require(JSONSerialization.jsonObject(with: Data(done.output.utf8)) as? [String: Any]).keys
        #expect(keys.sorted() == ["comparisons", "runs"])
    }

    @Test func `Figures are split by topics, and part of the queries can be measured alone`() throws {
        let topics = try folder.file("topics.tsv", "query\tlanguage\nq1\ten\nqTwo\tzh\n")
        let options = ["eval", "--qrels", qrels, "--run", old, "--metrics", "rr@10", "--topics", topics]
        let split = try Program.run(options)
        #expect(split.output.contains("language=en\t1\told\t1.0000"), "\(split.output)")
        #expect(split.output.contains("language=zh\t1\told\t0.5000"))
        let json = try Program.run(options + ["--json"])
        let answer = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let run = try #require((answer["runs"] as? [[String: Any]])?.first)
        let groups = try #require(run["groups"] as? [String: [String: [String: Any]]])
        #expect(groups["language"]?["zh"]?["queries"] as? Int == 1)
        // Two documents of each query were found: in the best order, the relevant one is first.
        let headroom = try #require(run["headroom"] as? [String: [String: Double]])
        #expect(headroom["rr@10"] == ["ranking": 0.25, "recall": 0])
        #expect(run["best_order"] as? [String: Double] == ["rr@10": 1])
        #expect(try Program.run(options + ["--only", "language=zh"]).output.contains("old\t0.5000"))
        let none = try Program.run(options + ["--only", "language=fr"])
        #expect(none.status == 1 && none.errors.contains("No judged query has language=fr"))
        #expect(try Program.run("eval", "--qrels", qrels, "--run", old, "--only", "language=zh").status == 2)
    }

    @Test func `Grades mean what --labels says`() throws {
        let graded = try folder.file("graded.txt", "q1 0 a 1\nq1 0 b 3\nqTwo 0 b 2\n")
        let options = ["eval", "--qrels", graded, "--run", old, "--metrics", "rr@10,dcg@10"]
        // TREC: a (1) and b (3) are relevant. ESCI: a is a complement, which gains 0.01 and is not relevant.
        #expect(try Program.run(options).output.contains("old\t1.0000\t2.4464"))
        #expect(try Program.run(options + ["--labels", "esci"]).output.contains("old\t0.7500\t0.3705"))
        #expect(try Program.run(options + ["--labels", "x"]).status == 1)
    }

    @Test func `A gate that is not reached fails with 1 and says what is below; one that is reached passes`() throws {
        let low = try Program.run("eval", "--qrels", qrels, "--run", old, "--fail-under", "rr@10=0.76")
        #expect(low.status == 1)
        #expect(low.errors.contains("old: rr@10 is 0.750000, below 0.76"))
        #expect(try Program.run("eval", "--qrels", qrels, "--run", old, "--fail-under", "map=0.75").status == 0)
    }

    @Test func `Missing and extra queries are warned about`() throws {
        let run = try folder.file("part.run", "q1 Q0 a 1 2 t\nq9 Q0 a 1 2 t\n")
        let done = try Program.run("eval", "--qrels", qrels, "--run", run, "--metrics", "rr")
        #expect(done.status == 0)
        #expect(done.output.contains("part\t0.5000"))
        #expect(done.errors.contains("judged queries that the run misses, which count 0: 1 (qTwo)"))
        #expect(done.errors.contains("queries that nobody judged, which do not count: 1 (q9)"))
    }

    @Test func `Judgments by text are joined through the queries; without them the failure says so`() throws {
        let table = try folder.file("quepid.csv", "query,docid,rating\nred bag,a,3\n")
        let texts = try folder.file("queries.tsv", "q1\tred bag\nqTwo\tshoe\n")
        let lost = try Program.run("eval", "--qrels", table, "--run", old)
        #expect(lost.status == 1)
        #expect(lost.errors.contains("need --queries FILE"))
        let done = try Program.run("eval", "--qrels", table, "--run", old, "--queries", texts, "--metrics", "ndcg@10")
        #expect(done.status == 0)
        #expect(done.output.contains("old\t1.0000"))
    }

    @Test(arguments: [
        ["--metrics", "ndgc@10"], ["--fail-under", "ndcg@10"], ["--fail-under", "ndcg@10=high"],
        ["--relevant-from", "0"],
    ])
    func `Wrong use exits with 2`(options: [String]) throws {
        let done = try Program.run(["eval", "--qrels", qrels, "--run", old] + options)
        #expect(done.status == 2)
        #expect(done.output.isEmpty && !done.errors.isEmpty)
    }

    @Test func `The report is written as one page`() throws {
        let path = folder.url.appendingPathComponent("out.html").path
        let done = try Program.run(
            "eval",
            "--qrels",
            qrels,
            "--run",
            old,
            "--run",
            new,
            "--report",
            path,
            "--condensed"
        )
        #expect(done.status == 0)
        let html = try String(contentsOfFile: path, encoding: .utf8)
        #expect(html.contains("condensed ndcg@10") && html.hasSuffix("</html>\n"))
        let nowhere = try Program.run("eval", "--qrels", qrels, "--run", old, "--report", "/nowhere/x.html")
        #expect(nowhere.status == 1)
    }

    private struct Answer: Decodable {
        struct Run: Decodable {
            let name: String
            let metrics: [String: Double]
            let queries: [String: [String: Double]]
        }
        struct Comparison: Decodable {
            let metric: String
            let wins: Int
        }
        let runs: [Run]
        let comparisons: [Comparison]
    }
}
