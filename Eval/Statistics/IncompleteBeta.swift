internal import Foundation

/// The regularized incomplete beta function, which tails of Student's t and of the binomial distribution are made of.
package enum IncompleteBeta {
    /// The regularized incomplete beta function I_x(a, b), where `complement` is 1 - x computed without cancellation.
    package static func regularized(_ x: Double, complement: Double, _ a: Double, _ b: Double) -> Double {
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
        for m in 1...1000 {
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
