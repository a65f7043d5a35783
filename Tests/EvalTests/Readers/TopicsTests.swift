import Eval
import Testing

@Suite struct TopicsTests {
    private let folder = try? Folder()

    private func topics(_ text: String) throws -> Topics {
        try Topics(path: #require(folder).file("topics.tsv", text))
    }

    @Test func `Properties and values are read, and queries found by them`() throws {
        let topics = try topics("query\tlanguage\tkind\nq1\ten\ttypo\nq2\tzh\ttypo\nq3\tzh\tgift\n")
        #expect(topics.properties == ["language", "kind"])
        #expect(try topics.queries(having: "language=zh") == ["q2", "q3"])
        #expect(topics.groups("kind") == ["gift", "typo"])
        #expect(throws: EvalError.self) { try topics.queries(having: "language=de") }
        #expect(throws: EvalError.self) { try topics.queries(having: "zh") }
    }

    @Test(arguments: ["", "query\n", "query\tkind\nq1\n", "query\tkind\nq1\ta\nq1\tb\n", "a\ta\nq\tx\n"])
    func `What is no table of topics is refused`(text: String) throws {
        #expect(throws: EvalError.self) { try topics(text) }
    }

    @Test func `Figures of a group are those of its queries alone`() throws {
        let qrels = Qrels(["q1": ["a": 1], "q2": ["a": 1], "q3": ["a": 1]])
        let hit = [Run.Document(id: "a", score: 1)]
        let run = try Run(name: "r", documents: ["q1": hit, "q2": [Run.Document(id: "b", score: 2)] + hit])
        let evaluation = try evaluate(qrels, run, metrics: [ReciprocalRank()])
        let topics = try topics("query\tkind\nq1\tx\nq2\ty\nq3\ty\n")
        let groups = evaluation.groups("kind", topics)
        #expect(groups.map(\.value) == ["x", "y"])
        #expect(groups.map { $0.evaluation.mean("rr") } == [1, 0.25])
        #expect(groups[1].evaluation.missing == ["q3"])
        #expect(try evaluate(qrels.only(["q2", "q3"]), run, metrics: [ReciprocalRank()]).mean("rr") == 0.25)
        #expect(try RelevanceScale(named: "esci") == .esci)
        #expect(throws: EvalError.self) { try RelevanceScale(named: "esc") }
    }

    @Test func `Headroom is what ranking can win, and what was not found`() throws {
        let qrels = Qrels(["q": ["a": 1, "b": 1]])
        let run = try Run(
            name: "r",
            documents: ["q": [Run.Document(id: "x", score: 2), Run.Document(id: "a", score: 1)]]
        )
        let evaluation = try evaluate(qrels, run, metrics: [AveragePrecision(), DCG(at: 10)])
        // Average precision: 1/2 of 1/2 as it is, 1/2 in the best order, for one of two relevant documents.
        let headroom = try #require(evaluation.headroom("map"))
        #expect(headroom.ranking == 0.25 && headroom.recall == 0.5)
        #expect(try #require(evaluation.headroom("dcg@10")).recall == nil)
    }
}
