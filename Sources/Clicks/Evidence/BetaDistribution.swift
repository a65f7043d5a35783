internal import Foundation

/// The Beta distribution: what is known of a rate after clicks and misses.
public struct BetaDistribution: Sendable, Equatable {
    /// Clicks, with the prior's; above 0.
    public let alpha: Double
    /// Misses, with the prior's; above 0.
    public let beta: Double

    /// A distribution; parameters below 0.001 count as that.
    public init(alpha: Double, beta: Double) {
        self.alpha = max(alpha, 1e-3)
        self.beta = max(beta, 1e-3)
    }

    /// The mean, 0 to 1.
    public var mean: Double { alpha / (alpha + beta) }

    /// The chance of a rate of at most `rate`: the regularized incomplete beta function.
    public func cumulative(_ rate: Double) -> Double {
        guard rate > 0 else { return 0 }
        guard rate < 1 else { return 1 }
        let front = exp(
            lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + alpha * log(rate) + beta * log1p(-rate)
        )
        // The continued fraction converges fast on this side of the mean; the other is its mirror image.
        return rate < (alpha + 1) / (alpha + beta + 2)
            ? front * Self.fraction(rate, alpha, beta) / alpha
            : 1 - front * Self.fraction(1 - rate, beta, alpha) / beta
    }

    /// The rate below which the true one lies with the chance `share`, 0 to 1.
    public func quantile(_ share: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        while high - low > 1e-12 {
            let middle = (low + high) / 2
            if cumulative(middle) < share { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The continued fraction (NIST Digital Library of Mathematical Functions 8.17.22), by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        func atLeastTiny(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
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
