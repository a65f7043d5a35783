import Alignment
import Testing

@Suite struct ClopperPearsonTests {
    /// scipy 1.17.1: `beta.ppf(1 - c, k, n - k + 1)` and `beta.ppf(c, k + 1, n - k)`.
    @Test(
        arguments: [
            (59, 59, 0.95, 0.95049239, 1.0), (90, 93, 0.95, 0.918736837, 0.991151013),
            (1, 10, 0.95, 0.005116197, 0.394163302), (299, 300, 0.975, 0.981568748, 0.999915611),
            (0, 5, 0.95, 0.0, 0.450719728), (450, 500, 0.99, 0.864531475, 0.928920344),
        ]
    )
    func `Bounds are those of scipy's beta distribution`(_ row: (Int, Int, Double, Double, Double)) {
        let (successes, count, confidence, lower, upper) = row
        #expect(abs(ClopperPearson.lower(successes, of: count, confidence: confidence) - lower) < 1e-8)
        #expect(abs(ClopperPearson.upper(successes, of: count, confidence: confidence) - upper) < 1e-8)
    }

    @Test func `A two-sided interval leaves half of the doubt on each side`() {
        let interval = ClopperPearson.interval(90, of: 93, confidence: 0.9)
        #expect(abs(interval.lowerBound - 0.918736837) < 1e-8)
        #expect(abs(interval.upperBound - 0.991151013) < 1e-8)
    }

    /// The smallest n with share^n <= 1 - confidence: ceil(ln 0.05 / ln 0.95) = 59, and so on.
    @Test func `The fewest trials are those whose success would be a surprise otherwise`() {
        #expect(ClopperPearson.fewestTrials(showing: 0.95, confidence: 0.95) == 59)
        #expect(ClopperPearson.fewestTrials(showing: 0.99, confidence: 0.95) == 299)
        #expect(ClopperPearson.fewestTrials(showing: 0.9, confidence: 0.975) == 36)
    }

    @Test func `Nothing is shown by nothing`() {
        #expect(ClopperPearson.lower(0, of: 0, confidence: 0.95) == 0)
        #expect(ClopperPearson.upper(0, of: 0, confidence: 0.95) == 1)
    }
}
