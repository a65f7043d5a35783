internal import Statistics

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
        IncompleteBeta.regularized(rate, complement: 1 - rate, alpha, beta)
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
}
