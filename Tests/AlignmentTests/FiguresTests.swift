import Eval
import Foundation
import Testing

@testable import Alignment

/// Figures of nine pairs, worked out by hand.
@Suite struct FiguresTests {
    private let lists: TestLists
    private let left: ListInput
    private let right: ListInput

    init() throws {
        lists = try TestLists()
        left = try lists.list("l.tsv", [("1", "eins"), ("2", "zwei"), ("3", "drei"), ("4", "vier")])
        right = try lists.list("r.tsv", [("a", "one"), ("b", "two"), ("c", "tree")])
    }

    private func finished() async throws -> FinishedAlignment {
        let margins: [String: [String: Double]] = [
            "eins": ["one": 2, "two": 1, "tree": -2], "zwei": ["one": 1.5, "two": 1, "tree": -1],
            "drei": ["one": 3, "two": -3, "tree": -3], "vier": ["one": 9, "two": 9, "tree": 9],
        ]
        let backend = PairBackend { margins[$0]?[$1] ?? margins[$1]?[$0] }
        return try await Aligner(lists.request(left, right), backend: backend).run()
    }

    @Test func `Figures of a small alignment are those on paper, and unjudged rows do not count`() async throws {
        let truth = try lists.write("t.tsv", "1\ta\n2\tb\n3\t\n")
        let figures = try #require(try await finished().summary(truth: truth).figures)
        #expect(figures.judgedRows == 3 && figures.rowsWithCounterpart == 2 && figures.truePairs == 2)
        #expect(figures.judgedPairs == 9 && figures.candidateRecall == 1)
        #expect(figures.foundBy == ["all pairs": 2, "evidence": 0, "first stage": 0, "price": 0])
        let model = try #require(figures.orders.last)
        #expect(model.name == "stub" && model.accuracyAt1 == 0.5 && model.recallAt3 == 1)
        // No words in common: the first stage has no order at all.
        #expect(figures.orders.first == .init(name: "bm25", accuracyAt1: 0, recallAt3: 0))
        let merge = try #require(figures.merge)
        #expect(merge.pairs == 1 && merge.correct == 0 && merge.precision == 0 && merge.recall == 0)
        let wanted = try #require(figures.mergeOrReview)
        #expect(wanted.pairs == 5 && wanted.correct == 2 && wanted.precision == 0.4 && wanted.recall == 1)
        // scipy 1.17.1: beta.ppf(0.025, 2, 4), beta.ppf(0.975, 3, 3).
        let interval = try #require(wanted.precisionInterval)
        #expect(abs(interval[0] - 0.0527449505) < 1e-8 && abs(interval[1] - 0.8533671995) < 1e-8)
        #expect(abs(try #require(figures.brier) - 0.25420535699899033) < 1e-9)
        #expect(abs(try #require(figures.calibrationError) - 0.288450992000135) < 1e-9)
        let bins = try #require(figures.reliability)
        #expect(bins.map(\.pairs) == [2, 1, 1, 0, 0, 0, 0, 2, 2, 1])
        #expect(bins[7].share == 0.5 && bins[9].share == 0)
    }

    @Test func `Truth is read with a header, with labels, and with other columns`() async throws {
        let truth = try lists.write(
            "t.tsv",
            "note\tleft\tright\tlabel\nx\t1\ta\t1\nx\t1\tb\t0\n\nx\t2\tb\t\nx\t3\tc\t0\n"
        )
        let figures = try #require(try await finished().summary(truth: truth).figures)
        #expect(figures.judgedRows == 3 && figures.rowsWithCounterpart == 2 && figures.truePairs == 2)
    }

    @Test(
        arguments: [
            ("1\ta\n9\tb\n", 2, "left"), ("1\ta\n2\tzzz\n", 2, "right"), ("left\tright\n\ta\n", 2, "left"),
            ("1\ta\tmaybe\n", 1, "label"),
        ]
    )
    func `A wrong line of truth is named with its field`(_ row: (String, Int, String)) async throws {
        let path = try lists.write("t.tsv", row.0)
        let finished = try await finished()
        let error = await #expect(throws: EvalError.self) { _ = try await finished.summary(truth: path) }
        guard case .line(_, let line, let field, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(line == row.1 && field == row.2)
    }

    @Test func `Within one list a pair counts once, whichever way it is written`() async throws {
        let list = try lists.list("one.tsv", [("1", "x1"), ("2", "x2"), ("3", "x3")])
        let backend = PairBackend { query, document in Set([query, document]) == ["x1", "x3"] ? 4 : -4 }
        let finished = try await Aligner(lists.request(list, nil, state: "one"), backend: backend).run()
        let truth = try lists.write("t.tsv", "3\t1\n2\t\n")
        let figures = try #require(try await finished.summary(truth: truth).figures)
        #expect(figures.truePairs == 1 && figures.judgedPairs == 3 && figures.rowsWithCounterpart == 2)
        #expect(figures.merge?.pairs == 1 && figures.merge?.correct == 1 && figures.merge?.recall == 1)
        #expect(figures.orders.last?.accuracyAt1 == 1)
        let sample = try await finished.labelledScores(truth: truth)
        #expect(sample.map(\.score).sorted() == [-4, -4, 4])
        #expect(sample.filter(\.isMatch).map(\.score) == [4])
    }
}
