import Testing

@testable import Alignment

@Suite struct CalibrationTests {
    private static let labels: [(Double, Bool)] = [
        (-3.1, false), (-2.2, false), (-1.5, false), (-0.7, true), (-0.4, false), (0.1, false), (0.3, true),
        (0.9, false), (1.2, true), (1.9, true), (2.4, true), (3.3, true),
    ]
    private static let sample = labels.enumerated().map { (place: Int, label: (Double, Bool)) -> LabelledScore in
        LabelledScore(score: label.0, isMatch: label.1, row: Int64(place))
    }

    /// scipy 1.17.1, `minimize` on Platt's likelihood with his targets (7/8 and 1/8 here).
    @Test func `A fit has Platt's slope and intercept`() throws {
        let fitted = try #require(Calibration(fitting: Self.sample))
        #expect(abs(fitted.slope - 0.6987895) < 1e-6)
        #expect(abs(fitted.intercept + 0.1400427) < 1e-6)
    }

    @Test func `The units of the scores do not matter`() throws {
        let fitted = try #require(Calibration(fitting: Self.sample))
        let larger = Self.sample.map { LabelledScore(score: 1000 * $0.score + 7, isMatch: $0.isMatch, row: $0.row) }
        let other = try #require(Calibration(fitting: larger))
        for pair in Self.sample {
            #expect(abs(fitted.probability(pair.score) - other.probability(1000 * pair.score + 7)) < 1e-8)
        }
    }

    @Test func `Scores that speak against matches, and samples of one kind, cannot be calibrated`() {
        let reversed = Self.sample.map { LabelledScore(score: -$0.score, isMatch: $0.isMatch, row: $0.row) }
        #expect(Calibration(fitting: reversed) == nil)
        #expect(Calibration(fitting: Self.sample.filter(\.isMatch)) == nil)
        #expect(Calibration(fitting: []) == nil)
        #expect(Calibration(fitting: Self.sample.map { .init(score: 1, isMatch: $0.isMatch, row: $0.row) }) == nil)
    }

    @Test func `Scores that part both kinds cleanly still give finite numbers`() throws {
        let clean = (0..<20).map { (place: Int) -> LabelledScore in
            LabelledScore(score: Double(place), isMatch: place >= 10, row: Int64(place))
        }
        let fitted = try #require(Calibration(fitting: clean))
        #expect(fitted.probability(19) > 0.8 && fitted.probability(19) < 1)
        #expect(fitted.probability(0) < 0.2 && fitted.probability(0) > 0)
    }
}
