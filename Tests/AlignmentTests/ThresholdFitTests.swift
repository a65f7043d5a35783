import Foundation
import Statistics
import Testing

@testable import Alignment

@Suite struct ThresholdFitTests {
    /// Pairs whose margins are right: a pair of margin m is one product with probability 1 / (1 + exp(-m)).
    private static func sample(_ count: Int, _ random: inout SplitMix64) -> [LabelledScore] {
        (0..<count).map { place in
            let margin = Double.random(in: -8...8, using: &random)
            let isMatch = Double.random(in: 0..<1, using: &random) < 1 / (1 + exp(-margin))
            return LabelledScore(score: margin, isMatch: isMatch, row: Int64(place))
        }
    }

    /// Of margins spread evenly over -8...8: the mean of the probabilities from t on.
    private static func truePrecision(from threshold: Double) -> Double {
        let margin = log(threshold / (1 - threshold))
        return (log1p(exp(8)) - log1p(exp(margin))) / (8 - margin)
    }

    @Test func `The promised precision is broken no more often than the confidence says`() throws {
        let seed: UInt64 = 20_240_901
        var random = SplitMix64(seed: seed)
        let trials = 60
        var broken = 0
        var thresholds: [Double] = []
        for _ in 0..<trials {
            let fit = try? ThresholdFit(
                Self.sample(700, &random),
                isModel: true,
                precision: 0.95,
                reviewRecall: 0.95,
                confidence: 0.9
            )
            guard let fit else { continue }
            // The calibration moves probabilities; the cut in margins is what counts.
            let calibration = fit.calibration ?? .identity
            let margin = (log(fit.merge / (1 - fit.merge)) - calibration.intercept) / calibration.slope
            let threshold = 1 / (1 + exp(-margin))
            thresholds.append(threshold)
            if Self.truePrecision(from: threshold) < 0.95 { broken += 1 }
            #expect(fit.precisionBound >= 0.95)
        }
        // 6 are expected at most; 3 standard deviations more are 13.
        #expect(broken <= 13, "seed \(seed): \(broken) of \(trials)")
        // A fit that promised nothing would keep all promises.
        #expect(thresholds.count > trials / 2, "seed \(seed)")
        #expect(thresholds.contains { $0 < 0.9 }, "seed \(seed)")
    }

    @Test func `The promised recall of review is broken no more often than the confidence says`() throws {
        let seed: UInt64 = 77
        var random = SplitMix64(seed: seed)
        var broken = 0
        var fits = 0
        for _ in 0..<60 {
            let sample = Self.sample(700, &random)
            guard
                let fit = try? ThresholdFit(
                    sample,
                    isModel: true,
                    precision: 0.9,
                    reviewRecall: 0.9,
                    confidence: 0.9
                ), fit.reviewRecall != nil
            else { continue }
            fits += 1
            let calibration = fit.calibration ?? .identity
            let margin = (log(fit.review / (1 - fit.review)) - calibration.intercept) / calibration.slope
            // Matches at or above the cut, as a share of all: integrals of the logistic function.
            let share = (log1p(exp(8)) - log1p(exp(margin))) / (log1p(exp(8)) - log1p(exp(-8)))
            if share < 0.9 { broken += 1 }
        }
        #expect(fits > 30)
        #expect(
            Double(broken) <= 0.1 * Double(fits) + 3 * (0.09 * Double(fits)).squareRoot(),
            "seed \(seed): \(broken)"
        )
    }

    @Test func `A sample that cannot show the wanted precision is refused with the number it takes`() {
        // ln(0.025) / ln(0.99) = 367.04: each of two walks has half of the doubt.
        let sample = (0..<200).map { (place: Int) -> LabelledScore in
            LabelledScore(score: Double(place), isMatch: true, row: Int64(place))
        }
        let error = #expect(throws: AlignmentError.self) {
            try ThresholdFit(sample, isModel: true, precision: 0.99, reviewRecall: 0.9, confidence: 0.95)
        }
        guard case .sampleTooSmall(_, let have, let needed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(have == 200 && needed == 368)
    }

    @Test func `Scores that say nothing reach no precision, and the error tells what was tried`() {
        let sample = (0..<1000).map { (place: Int) -> LabelledScore in
            LabelledScore(score: Double(place), isMatch: place % 2 == 0, row: Int64(place))
        }
        let error = #expect(throws: AlignmentError.self) {
            try ThresholdFit(sample, isModel: true, precision: 0.95, reviewRecall: 0.9, confidence: 0.95)
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("No threshold keeps a precision of 0.95"))
    }

    @Test func `Equal scores are never on both sides of a threshold`() throws {
        // 100 clean ones, then 100 of one score that are half wrong.
        let sample = (0..<200).map { (place: Int) -> LabelledScore in
            let isClean = place < 100
            return LabelledScore(score: isClean ? 5 : 1, isMatch: isClean || place % 2 == 0, row: Int64(place))
        }
        let fit = try ThresholdFit(sample, isModel: true, precision: 0.9, reviewRecall: 0.9, confidence: 0.9)
        #expect(fit.merged == 100 && fit.mergedCorrectly == 100)
    }

    @Test func `A calibration is kept only where it does better on rows it was not fitted on`() throws {
        var random = SplitMix64(seed: 5)
        let honest = Self.sample(4000, &random)
        let boastful = honest.map { LabelledScore(score: 5 * $0.score, isMatch: $0.isMatch, row: $0.row) }
        let fit = try ThresholdFit(boastful, isModel: true, precision: 0.9, reviewRecall: 0.9, confidence: 0.9)
        let calibration = try #require(fit.calibration)
        #expect(abs(calibration.slope - 0.2) < 0.02)
        let losses = fit.logLoss
        #expect(try #require(losses.calibrated) < #require(losses.asIs))
    }
}
