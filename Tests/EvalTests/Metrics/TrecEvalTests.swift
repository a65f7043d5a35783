import Eval
import Testing

/// Against pytrec_eval, through files, with ties, missing and extra queries, and grades below 0.
@Suite struct TrecEvalTests {
    private let expected: [String: [String: Double]]
    private let qrels: Qrels
    private let run: Run

    init() throws {
        expected = try Fixture.json("pytrec_eval.json", as: [String: [String: Double]].self)
        qrels = try Qrels(path: Fixture.path("qrels.txt"))
        run = try Run(path: Fixture.path("ties.run"))
    }

    private var names: [String] { (expected["q0"] ?? [:]).keys.sorted() }

    @Test func `Every metric of every query is pytrec_eval's`() throws {
        let evaluation = try evaluate(qrels, run, metrics: names.map(MetricName.parse))
        #expect(names.count == 29)
        #expect(expected.count == 12)
        for (query, values) in expected {
            let ours = try #require(evaluation.values(of: query))
            for (name, value) in values {
                #expect(abs(try #require(ours[name]) - value) < 1e-12, "\(query) \(name)")
            }
        }
    }

    @Test func `Means are over all judged queries, those missing from the run counting 0`() throws {
        let evaluation = try evaluate(qrels, run, metrics: names.map(MetricName.parse))
        #expect(evaluation.queries.count == 13)
        #expect(evaluation.missing == ["q3"])
        #expect(evaluation.extra == ["unjudged"])
        #expect(evaluation.unanswerable == ["none"])
        for name in names {
            let sum = expected.values.reduce(0) { $0 + ($1[name] ?? .nan) }
            #expect(abs(try #require(evaluation.mean(name)) - sum / 13) < 1e-12, "\(name)")
        }
    }

    @Test func `Ties are broken by identifier, last byte order first, and scores are single precision`() throws {
        let documents = [("a", 1.0), ("é", 1.0), ("z", 1.000000001), ("b", 2), ("Z", 1)]
            .map { Run.Document(id: $0.0, score: Float($0.1)) }
        let run = try Run(name: "run", documents: ["q": documents])
        // "é" is 0xC3 0xA9 and comes after all of ASCII.
        #expect(run.rankings["q"]?.map(\.id) == ["b", "é", "z", "a", "Z"])
    }
}
