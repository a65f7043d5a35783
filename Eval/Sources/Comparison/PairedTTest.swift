internal import Foundation

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
        return regularizedBeta(n / (n + square), complement: square / (n + square), n / 2, 0.5)
    }

    /// The regularized incomplete beta function I_x(a, b), where `complement` is 1 - x computed without cancellation.
    private static func regularizedBeta(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard complement > 0 else { return 1 }
        let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(complement))
        // The continued fraction converges fast on this side of the mean; the other is its mirror image.
        return x < (a + 1) / (a + b + 2)
            ? front * betaFraction(x, a, b) / a
            : 1 - front * betaFraction(complement, b, a) / b
    }

    /// The continued fraction of I_x (NIST Digital Library of Mathematical Functions 8.17.22), by Lentz's method.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func atLeastTiny(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / atLeastTiny(1 - (a + b) * x / (a + 1))
        var product = d
        for m in 1...500 {
            let step = Double(m)
            let even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
            d = 1 / atLeastTiny(1 + even * d)
            c = atLeastTiny(1 + even / c)
            product *= c * d
            let odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
            d = 1 / atLeastTiny(1 + odd * d)
            c = atLeastTiny(1 + odd / c)
            product *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return product
    }
}
