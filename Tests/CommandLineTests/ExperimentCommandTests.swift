import Foundation
import Testing

@Suite("aisle experiment")
struct ExperimentCommandTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
        try shop.write("shop.csv", "id,title\nA,red bag\nB,red bag with a long name\nC,blue shoe\n")
        try shop.write("queries.tsv", "q1\tred bag\nq2\tblue shoe\n")
        try shop.write("topics.tsv", "query\tkind\nq1\tbags\nq2\tshoes\n")
        try shop.write("qrels.txt", "q1 0 B 1\nq1 0 A 0\nq2 0 C 1\n")
    }

    /// B stands second for q1 and C first for q2: reciprocal ranks 1/2 and 1.
    private func experiment(_ name: String, expected: String?, more: String = "") throws {
        let record = expected.map { ", \"expected\": \($0)" } ?? ""
        try shop.write(
            name,
            """
            {"about": "test", "documents": "shop.csv", "queries": "queries.tsv", "qrels": "qrels.txt", \
            "metrics": ["rr@10"]\(more)\(record)}
            """
        )
    }

    private let corpus =
        "\"corpus\": {\"products\": 3, \"queries\": 2, \"judgments\": 3, \"relevant\": 2, \"positions\": 13}"

    @Test("what did not move passes; what moved fails and is named; --update accepts it")
    func movement() throws {
        try experiment("same.json", expected: "{\(corpus), \"metrics\": {\"rr@10\": 0.75}}")
        let same = try shop.aisle("experiment", "same.json")
        #expect(same.status == 0, "\(same.output) \(same.errors)")
        #expect(same.output.contains("0.7500"))
        try experiment("moved.json", expected: "{\(corpus), \"metrics\": {\"rr@10\": 0.7499}}")
        let moved = try shop.aisle("experiment", "same.json", "moved.json")
        #expect(moved.status == 1)
        #expect(moved.output.contains("moved: moved: rr@10 from 0.7499 to 0.75"), "\(moved.output)")
        #expect(moved.errors.contains("figures moved in 1 of 2 experiments"))
        #expect(try shop.read("moved.json").contains("0.7499"))
        try shop.done("experiment", "moved.json", "--update")
        try shop.done("experiment", "moved.json")
        #expect(try shop.read("moved.json").contains("\"about\" : \"test\""))
    }

    @Test("a file without a record is new; part of the queries is measured where that is asked for")
    func partial() throws {
        try experiment("new.json", expected: nil, more: ", \"topics\": \"topics.tsv\", \"only\": \"kind=shoes\"")
        let new = try shop.aisle("experiment", "new.json", "--json")
        #expect(new.status == 1)
        let list = try #require(JSONSerialization.jsonObject(with: Data(new.output.utf8)) as? [[String: Any]])
        #expect(list.first?["metrics"] as? [String: Double] == ["rr@10": 1])
        #expect((list.first?["corpus"] as? [String: Int])?["queries"] == 1)
        #expect((list.first?["latency"] as? [String: Double])?.keys.sorted() == ["p50_ms", "p95_ms", "p99_ms"])
    }

    @Test("an experiment whose files are not there is left out, and says so")
    func missing() throws {
        try experiment("gone.json", expected: "{\(corpus), \"metrics\": {}}", more: ", \"synonyms\": \"gone.txt\"")
        let run = try shop.done("experiment", "gone.json")
        #expect(run.output.contains("left out: gone: not there: gone.txt"))
    }

    @Test(
        "a file that is no experiment is refused by name",
        arguments: ["{", "{\"about\": \"x\"}", "{\"about\": 1}"]
    )
    func damaged(_ text: String) throws {
        try shop.write("bad.json", text)
        let run = try shop.aisle("experiment", "bad.json")
        #expect(run.status == 1)
        #expect(run.errors.contains("bad.json: it is no experiment"), "\(run.errors)")
    }
}
