internal import Foundation

/// A probability from a score: `1 / (1 + exp(-(slope * score + intercept)))`.
///
/// Platt, "Probabilistic outputs for support vector machines", 1999. It never changes an order.
public struct Calibration: Sendable, Equatable, Codable {
    /// Above 0.
    public var slope: Double
    /// The log-odds at a score of 0.
    public var intercept: Double

    /// A calibration; the slope is above 0.
    public init(slope: Double, intercept: Double) {
        self.slope = slope
        self.intercept = intercept
    }

    /// A model's margins as they are.
    public static let identity = Calibration(slope: 1, intercept: 0)

    /// The probability of a score.
    public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + intercept))) }

    /// Fits both numbers by maximum likelihood, with Platt's targets, which stay away from 0 and 1.
    ///
    /// Newton's method with backtracking (Lin, Lin and Weng, Machine Learning 68, 2007). Nil without both kinds of
    /// labels, or where higher scores do not speak for a match.
    init?(fitting sample: [LabelledScore]) {
        let matches = Double(sample.count { $0.isMatch })
        let others = Double(sample.count) - matches
        guard matches > 0, others > 0 else { return nil }
        let (high, low) = ((matches + 1) / (matches + 2), 1 / (others + 2))
        // Scores of any size: the steps are taken on standardized ones.
        let mean = sample.reduce(0) { $0 + $1.score } / Double(sample.count)
        let variance = sample.reduce(0) { $0 + ($1.score - mean) * ($1.score - mean) } / Double(sample.count)
        guard variance > 0, variance.isFinite else { return nil }
        let scale = variance.squareRoot()
        var slope = 0.0
        var intercept = log((matches + 1) / (others + 1))
        func loss(_ slope: Double, _ intercept: Double) -> Double {
            sample.reduce(0) { sum, pair in
                let logit = slope * (pair.score - mean) / scale + intercept
                let target = pair.isMatch ? high : low
                return sum + Self.softplus(logit) - target * logit
            }
        }
        var current = loss(slope, intercept)
        for _ in 0..<200 {
            var (gradientA, gradientB, aa, ab, bb) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
            for pair in sample {
                let x = (pair.score - mean) / scale
                let p = 1 / (1 + exp(-(slope * x + intercept)))
                let error = p - (pair.isMatch ? high : low)
                gradientA += error * x
                gradientB += error
                aa += p * (1 - p) * x * x
                ab += p * (1 - p) * x
                bb += p * (1 - p)
            }
            if abs(gradientA) < 1e-8, abs(gradientB) < 1e-8 { break }
            let determinant = aa * bb - ab * ab
            guard determinant > 0 else { break }
            let stepA = -(bb * gradientA - ab * gradientB) / determinant
            let stepB = -(aa * gradientB - ab * gradientA) / determinant
            let descent = gradientA * stepA + gradientB * stepB
            var length = 1.0
            while length > 1e-10 {
                let next = loss(slope + length * stepA, intercept + length * stepB)
                if next <= current + 1e-4 * length * descent {
                    slope += length * stepA
                    intercept += length * stepB
                    current = next
                    break
                }
                length /= 2
            }
            if length <= 1e-10 { break }
        }
        self.init(slope: slope / scale, intercept: intercept - slope * mean / scale)
        guard self.slope > 0, self.slope.isFinite, self.intercept.isFinite else { return nil }
    }

    /// ln(1 + exp(x)) without overflow.
    private static func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }

    /// The mean negative log-likelihood of labels under these probabilities.
    func logLoss(_ sample: [LabelledScore]) -> Double {
        guard !sample.isEmpty else { return 0 }
        let sum = sample.reduce(0) { sum, pair in
            let logit = slope * pair.score + intercept
            return sum + Self.softplus(pair.isMatch ? -logit : logit)
        }
        return sum / Double(sample.count)
    }
}

/// A judged pair: its score, and what people say.
public struct LabelledScore: Sendable, Equatable {
    /// The mean margin, or the lexical score.
    public var score: Double
    /// Whether both rows are one product.
    public var isMatch: Bool
    /// The left row: pairs of one row stand or fall together.
    public var row: Int64

    /// A judged pair.
    public init(score: Double, isMatch: Bool, row: Int64) {
        self.score = score
        self.isMatch = isMatch
        self.row = row
    }
}
