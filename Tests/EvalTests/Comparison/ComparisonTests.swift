import Eval
import Testing

@Suite struct ComparisonTests {
    /// Queries a, b, c with one relevant document each, at the ranks given (0: not found).
    private func run(_ name: String, _ ranks: Int...) throws -> Run {
        var documents: [String: [Run.Document]] = [:]
        for (query, rank) in zip(["a", "b", "c"], ranks) {
            documents[query] = (1...5).map { .init(id: $0 == rank ? "hit" : "x\($0)", score: Float(-$0)) }
        }
        return try Run(name: name, documents: documents)
    }

    private let qrels = Qrels(["a": ["hit": 1], "b": ["hit": 1], "c": ["hit": 1]])

    private func compare(_ runs: Run...) throws -> [Comparison] {
        try Comparison.againstFirst(runs.map { try evaluate(qrels, $0, metrics: [ReciprocalRank()]) })
    }

    @Test func `Wins, ties and losses are counted, and the greatest changes named`() throws {
        let comparison = try #require(try compare(run("old", 1, 2, 0), run("new", 2, 2, 1)).first)
        #expect([comparison.wins, comparison.ties, comparison.losses] == [1, 1, 1])
        #expect(abs(comparison.difference - 0.5 / 3) < 1e-12)
        #expect(comparison.lost(9).map(\.query) == ["a"])
        #expect(comparison.gained(9).map(\.query) == ["c"])
        #expect(comparison.baseline == "old" && comparison.run == "new")
        // Of the signs of -0.5 and +1 all four have a sum of at least 0.5.
        #expect(comparison.randomization.pValue == 1)
    }

    @Test func `p-values are corrected over the runs of one metric`() throws {
        let comparisons = try compare(run("old", 1, 1, 1), run("b", 2, 3, 4), run("c", 1, 1, 2))
        // Three losses: 2 of 8 sign choices, times 2; one loss: 2 of 2.
        #expect(comparisons.map(\.correctedPValue) == [0.5, 1])
        #expect(comparisons.map(\.stars) == [0, 0])
    }

    @Test func `Headroom is what the best order of the same documents would add`() throws {
        let evaluation = try evaluate(qrels, run("old", 4, 1, 0), metrics: [ReciprocalRank()])
        #expect(evaluation.oracleMean("rr") == 2.0 / 3)
        #expect(try #require(evaluation.mean("rr")) == (0.25 + 1) / 3)
    }

    @Test func `Runs of other judgments cannot be compared, and no judgments cannot be evaluated`() throws {
        let one = try evaluate(qrels, run("old", 1, 1, 1), metrics: [ReciprocalRank()])
        let other = try evaluate(Qrels(["a": ["hit": 1]]), run("new", 1, 1, 1), metrics: [ReciprocalRank()])
        #expect(throws: EvalError.incomparable(left: "old", right: "new")) {
            try Comparison.againstFirst([one, other])
        }
        #expect(throws: EvalError.repeatedRun(name: "old")) { try Comparison.againstFirst([one, one]) }
        #expect(throws: EvalError.nothingJudged) { try evaluate(Qrels([:]), run("old", 1), metrics: []) }
    }
}
