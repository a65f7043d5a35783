import Testing

@testable import Eval

/// Against SciPy.
@Suite struct SignificanceTests {
    private struct Reference: Decodable {
        struct Sample: Decodable {
            let differences: [Double]
            let t: Double
            let t_p: Double
            let is_exact: Bool
            let randomization_p: Double
            let interval: [Double]
        }
        struct Tail: Decodable {
            let t: Double
            let degrees: Double
            let p: Double
        }
        let samples: [Sample]
        let tails: [Tail]
    }

    private let reference: Reference

    init() throws { reference = try Fixture.json("scipy.json", as: Reference.self) }

    @Test func `The t-test's p-value is SciPy's`() throws {
        for sample in reference.samples {
            let test = try #require(PairedTTest(sample.differences))
            #expect(abs(test.t - sample.t) < 1e-9 * max(abs(sample.t), 1))
            #expect(abs(test.pValue - sample.t_p) < 1e-9 * sample.t_p)
        }
    }

    @Test func `Far tails keep their digits`() {
        for tail in reference.tails {
            let p = PairedTTest.twoSided(t: tail.t, degreesOfFreedom: tail.degrees)
            #expect(abs(p - tail.p) <= 1e-9 * tail.p, "t \(tail.t), \(tail.degrees) degrees: \(p), SciPy \(tail.p)")
        }
    }

    @Test func `Equal differences have no variance: all 0 says nothing, all the same says everything`() {
        #expect(PairedTTest([0, 0, 0])?.pValue == 1)
        #expect(PairedTTest([0.1, 0.1, 0.1])?.pValue == 0)
        #expect(PairedTTest([0.1]) == nil)
    }

    @Test func `Few queries are tested with all sign choices, exactly as SciPy does`() {
        for sample in reference.samples where sample.is_exact {
            let test = RandomizationTest(sample.differences, seed: 1)
            #expect(test.isExact)
            #expect(abs(test.pValue - sample.randomization_p) < 1e-12)
        }
    }

    @Test func `Many queries: drawn sign choices come near to SciPy's, and a seed repeats`() {
        for sample in reference.samples where !sample.is_exact {
            let test = RandomizationTest(sample.differences, seed: 3)
            #expect(!test.isExact)
            #expect(test == RandomizationTest(sample.differences, seed: 3))
            let p = sample.randomization_p
            // Five standard errors of 20,000 draws.
            #expect(abs(test.pValue - p) < 5 * (p * (1 - p) / 20_000).squareRoot() + 1e-4)
        }
    }

    @Test func `No difference at all is never significant`() {
        #expect(RandomizationTest([0, 0, 0], seed: 1).pValue == 1)
        #expect(RandomizationTest([], seed: 1).pValue == 1)
    }

    @Test func `Bootstrap intervals come near to SciPy's, and a seed repeats`() throws {
        for sample in reference.samples where sample.differences.count >= 10 {
            let interval = try #require(BootstrapInterval(sample.differences, seed: 5))
            let width = sample.interval[1] - sample.interval[0]
            #expect(abs(interval.lower - sample.interval[0]) < 0.05 * width)
            #expect(abs(interval.upper - sample.interval[1]) < 0.05 * width)
            #expect(interval == BootstrapInterval(sample.differences, seed: 5))
        }
        #expect(BootstrapInterval([1], seed: 5) == nil)
    }

    @Test func `Holm's correction multiplies by what is left, and keeps the order`() {
        // By hand: 0.01 * 4, 0.02 * 3, 0.03 * 2 raised to 0.06, 0.5 * 1.
        let adjusted = HolmCorrection.adjusted([0.02, 0.5, 0.01, 0.03])
        for (value, expected) in zip(adjusted, [0.06, 0.5, 0.04, 0.06]) { #expect(abs(value - expected) < 1e-12) }
        #expect(HolmCorrection.adjusted([0.9, 0.8]) == [1, 1])
        #expect(HolmCorrection.adjusted([]) == [])
    }
}
