import Testing

@testable import Clicks

@Suite struct BetaDistributionTests {
    // scipy.stats.beta.cdf and .ppf, SciPy 1.17.1.
    @Test(arguments: [
        (2, 3, 0.3, 0.34829999999999994), (0.5, 0.5, 0.1, 0.20483276469913345),
        (12.5, 140.2, 0.07, 0.3170139289121022), (300, 700, 0.32, 0.9150374281287232), (1, 1, 0.42, 0.42),
        (20, 0.2, 0.97, 0.10140149613007671), (3, 4000, 0.001, 0.7623361842029827),
    ])
    func `The cumulative chance is SciPy's`(alpha: Double, beta: Double, rate: Double, expected: Double) {
        #expect(abs(BetaDistribution(alpha: alpha, beta: beta).cumulative(rate) - expected) < 1e-10)
    }

    @Test(arguments: [
        (2, 3, 0.025, 0.06758598648854294), (12.5, 140.2, 0.975, 0.1300799802613827),
        (300, 700, 0.5, 0.29986661939179127),
    ])
    func `Quantiles are SciPy's`(alpha: Double, beta: Double, share: Double, expected: Double) {
        #expect(abs(BetaDistribution(alpha: alpha, beta: beta).quantile(share) - expected) < 1e-9)
    }
}
