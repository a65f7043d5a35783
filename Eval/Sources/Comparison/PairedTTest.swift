internal import Foundation
internal import Statistics

/// Student's paired t-test, two-sided.
///
/// Right where differences are roughly normal; with many queries it hardly matters (Smucker et al., CIKM 2007).
public struct PairedTTest: Sendable, Equatable {
    /// Mean difference divided by its standard error; infinite where all differences are the same and not 0.
    public let t: Double
    /// Queries less 1.
    public let degreesOfFreedom: Int
    /// The chance of a t at least so far from 0 if the mean difference were 0.
    public let pValue: Double

    /// The test of differences query by query; nil for fewer than two.
    public init?(_ differences: [Double]) {
        guard differences.count >= 2 else { return nil }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        degreesOfFreedom = differences.count - 1
        let error = (squares / (count - 1) / count).squareRoot()
        if error > abs(mean) * 1e-14 {
            t = mean / error
        } else {
            // All the same: nothing but rounding is left of the variance.
            t = mean == 0 ? 0 : mean > 0 ? .infinity : -.infinity
        }
        pValue = Self.twoSided(t: t, degreesOfFreedom: Double(degreesOfFreedom))
    }

    /// P(|T| >= |t|) = I_x(n / 2, 1 / 2) with x = n / (n + t^2).
    static func twoSided(t: Double, degreesOfFreedom n: Double) -> Double {
        guard t.isFinite else { return 0 }
        let square = t * t
        return IncompleteBeta.regularized(n / (n + square), complement: square / (n + square), n / 2, 0.5)
    }
}
