import Eval
import Testing

@Suite struct MetricNameTests {
    @Test(arguments: MetricName.known)
    func `A metric's name reads back`(name: String) throws {
        #expect(try MetricName.parse(name).name == name)
    }

    @Test(arguments: [
        ("ap", "map"), ("mrr@10", "rr@10"), ("precision@3", "p@3"), ("recall@100", "r@100"),
        ("hit_rate@5", "success@5"),
        ("accuracy@1", "success@1"), ("rbp", "rbp.80"), ("rbp.5", "rbp.50"), ("condensed recall@10", "condensed r@10"),
    ])
    func `Other tools' names are understood`(name: String, canonical: String) throws {
        #expect(try MetricName.parse(name).name == canonical)
    }

    @Test(arguments: [
        "", "ndgc@10", "NDCG@10", "ndcg@", "ndcg@0", "ndcg@-1", "ndcg@010", "ndcg@1.5", "ndcg@1000001", "ndcg@10@5",
        " map",
        "ndcg@٣", "p", "success", "judged", "bpref@10", "rbp.", "rbp.0", "rbp.00", "rbp.123", "rbp.x", "condensed",
        "condensed  map", "condensed condensed map", "condensed judged@10", "ndcg@99999999999999999999",
    ])
    func `What is not exactly a name is refused`(name: String) {
        #expect(throws: EvalError.self) { try MetricName.parse(name) }
    }

    @Test func `A refusal suggests what was meant and lists the names`() throws {
        let error = try #require(throws: EvalError.self) { try MetricName.parse("NDCG@10") }
        #expect(error.description.contains("Did you mean ndcg@10? Metrics are named like these: ndcg@10"))
    }

    @Test func `A metric cannot be asked for twice, under whatever name`() {
        #expect(throws: EvalError.metricTwice(name: "rr@10")) { try MetricName.parseList("rr@10,mrr@10") }
        #expect(throws: EvalError.self) { try MetricName.parseList("rr@10,") }
    }
}
