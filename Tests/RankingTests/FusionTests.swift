import Catalog
import Testing

@testable import Ranking

@Suite struct FusionTests {
    // In first-stage order; the last two are of equal BM25.
    private let firstStage = [10.0, 8, 4, 2, 2].map { WordMatch(bm25: $0) }

    private func values(_ fusion: Fusion, _ margins: [Double?]) -> [Double?] {
        fusion.scores(margins: margins, firstStage: firstStage).map { $0?.value }
    }

    private func order(_ fusion: Fusion, _ margins: [Double?]) -> [Int] {
        Fusion.order(fusion.scores(margins: margins, firstStage: firstStage))
    }

    @Test func `Rerank order is that of margins, ties in first-stage order, what has none below`() {
        #expect(order(.rerank, [1, 3, 3, -2, 5]) == [4, 1, 2, 0, 3])
        #expect(order(.rerank, [nil, -3, nil, -2, nil]) == [3, 1, 0, 2, 4])
    }

    @Test func `Reciprocal rank fusion is the sum of two reciprocals`() throws {
        // Ranks by margin: 4, 1, 2, 5, 3. Ranks by BM25: 1, 2, 3, 4, 4.
        let scores = values(.reciprocalRank, [0, 9, 8, -1, 7])
        // 1/64 + 1/61, 1/61 + 1/62, 1/62 + 1/63, 1/65 + 1/64, 1/63 + 1/64
        let expected = [0.0320184426, 0.0325224749, 0.0320020481, 0.0310096154, 0.0314980159]
        for (score, value) in zip(scores, expected) { #expect(abs(try #require(score) - value) < 1e-10) }
        #expect(order(.reciprocalRank, [0, 9, 8, -1, 7]) == [1, 0, 2, 4, 3])
        // A small k lets first places decide.
        #expect(values(.reciprocalRank(k: 1), [0, 9, 8, -1, 7])[0] == 0.7)
    }

    @Test func `Candidates without a margin take no part in the ranks of the others`() {
        let scores = values(.reciprocalRank, [nil, 1, nil, 2, nil])
        let sum: Double = 1.0 / 62 + 1.0 / 61
        #expect(scores == [nil, sum, nil, sum, nil])
        // Equal sums: first-stage order.
        #expect(order(.reciprocalRank, [nil, 1, nil, 2, nil]) == [1, 3, 0, 2, 4])
    }

    @Test func `Weighted adds at most its weight to the log-odds`() {
        #expect(values(.weighted(1), [0, 0.5, nil, 2, -1]) == [1, 1.3, nil, 2.2, -0.8])
        #expect(order(.weighted(1), [0, 0.5, nil, 2, -1]) == [3, 1, 0, 4, 2])
        #expect(order(.weighted(0), [0, 0.5, 1, 2, -1]) == order(.rerank, [0, 0.5, 1, 2, -1]))
        // The best match of words is not lifted over what is more relevant by more than the weight.
        #expect(order(.weighted(2), [-3, -0.9, -0.9, -0.9, -0.9]).last == 0)
        let none = Fusion.weighted(1).scores(margins: [1, 2], firstStage: [WordMatch(bm25: 0), WordMatch(bm25: 0)])
        #expect(none.map { $0?.value } == [1, 2])
    }

    @Test func `All words count as much as their best match, where some candidates have only some of them`() {
        var matches = firstStage
        // Rarer words may score higher than all the common ones: the first stage has these behind all the same.
        for place in 2..<5 { matches[place] = WordMatch(bm25: 12, hasAllWords: false) }
        let weighted = Fusion.weighted(3).scores(margins: [0, 1, 2, 5, nil], firstStage: matches)
        #expect(weighted.map { $0?.value } == [5.5, 6, 5, 8, nil])
        #expect(Fusion.order(weighted) == [3, 1, 0, 2, 4])
        // Ranks by margin: 4, 3, 2, 1. Ranks by words: 1, 2, 3, 3.
        let reciprocal = Fusion.reciprocalRank(k: 1).scores(margins: [0, 1, 2, 5, nil], firstStage: matches)
        let expected: [Double?] = [0.2 + 0.5, 0.25 + 1.0 / 3, 1.0 / 3 + 0.25, 0.5 + 0.25, nil]
        #expect(reciprocal.map { $0?.value } == expected)
        #expect(Fusion.rerank.ranking(margins: [0, 1, 2, 5, nil], firstStage: matches) == [3, 2, 1, 0, 4])
    }

    @Test func `Summands are named and add up`() throws {
        var mixed = firstStage
        mixed[4].hasAllWords = false
        for fusion in [Fusion.rerank, .reciprocalRank, .weighted(1.5)] {
            for score in fusion.scores(margins: [1, -2, 0, 4, 4], firstStage: mixed) {
                let score = try #require(score)
                #expect(abs(score.terms.reduce(0) { $0 + $1.value } - score.value) < 1e-12)
                #expect(score.terms.allSatisfy { !$0.name.isEmpty })
            }
        }
    }

    @Test func `Fusions are read as they are written, and nothing else is`() throws {
        for fusion in [Fusion.rerank, .reciprocalRank, .reciprocalRank(k: 20), .weighted(0), .weighted(2.5)] {
            #expect(try Fusion(parsing: fusion.description) == fusion)
        }
        #expect(try Fusion(parsing: "RRF") == .reciprocalRank(k: 60))
        for text in [
            "", "rrf:0", "rrf:-1", "rrf:x", "rrf:", "weighted:-1", "weighted:nan", "weighted:inf", "rerank:1", "x",
        ] {
            #expect(throws: RankingError.badFusion(text)) { try Fusion(parsing: text) }
        }
    }

    @Test func `Pinned come first in the shop's order, buried last in theirs`() {
        let rules = BusinessRules(
            pinned: ["d", "b", "zz"].map { ProductID($0) },
            buried: Set(["a", "d", "c"].map { ProductID($0) })
        )
        #expect(rules.applied(to: ["a", "b", "c", "d", "e"]) { ProductID($0) } == ["d", "b", "e", "a", "c"])
    }
}
