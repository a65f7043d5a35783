import Foundation
import Reranker
import Testing

@Suite struct RelevanceScoreTests {
    @Test(arguments: [(0.0, 0.5), (2, 0.8807970779778823), (-11.375, 1.1478946e-05)])
    func `A margin is the log-odds of its probability`(margin: Double, probability: Double) {
        let score = RelevanceScore(margin: margin)
        #expect(abs(score.probability - probability) < 1e-9)
        #expect(abs(RelevanceScore(probability: probability).margin - margin) < 1e-3)
    }

    @Test func `Probabilities of 0 and 1 have finite margins`() {
        #expect(RelevanceScore(probability: 0).margin < -20)
        #expect(RelevanceScore(probability: 1).margin > 20)
        #expect(RelevanceScore(probability: 1).margin.isFinite)
    }
}
