internal import Foundation

/// How likely a place is to be examined, relative to the first: what a click owes to its rank alone.
///
/// Clicks on a product at a rank are expected to be (impressions there) x (the product's attractiveness for the query)
/// x (the curve at that rank): the examination hypothesis. Curve and attractiveness are fitted together as a Poisson
/// regression with one effect a pair and one a rank. The effect of a pair takes up all of its quality, so only what
/// the same pair gets at different ranks moves the curve, and good products in high places do not make it steeper.
/// The estimate is right whatever the distribution of clicks is, if only their means are (Wooldridge 1999,
/// "Distribution-free estimation of some nonlinear panel data models", Journal of Econometrics 90).
public struct RankCurve: Sendable, Equatable {
    /// The places told apart: each of the first 20, and some ranges behind them; the last is open.
    public static let ranges: [ClosedRange<Int>] =
        (1...20).map { $0...$0 } + [21...30, 31...50, 51...100, 101...Int.max]

    /// Examination of each range relative to the first place, above 0; the first is 1.
    public internal(set) var values: [Double]
    /// Impressions behind each value, decayed.
    public internal(set) var impressions: [Double]
    /// Clicks behind each value, decayed.
    public internal(set) var clicks: [Double]

    /// The curve where nothing is known: `rank^-0.6`.
    public static let prior = RankCurve.powerLaw(usualSteepness)

    /// Steepness of the curve where nothing is known, and how far measured ones are from it (standard deviation):
    /// between product grids, which are flatter, and lists of links, which are steeper.
    private static let usualSteepness = 0.6
    private static let steepnessDeviation = 0.3

    /// `rank^-steepness`, at the middle of each range; of the open one at 150.
    private static func powerLaw(_ steepness: Double) -> RankCurve {
        RankCurve(
            values: middles.map { pow($0, -steepness) },
            impressions: ranges.map { _ in 0 },
            clicks: ranges.map { _ in 0 }
        )
    }

    private static let middles = ranges.map { range in
        range.upperBound == .max ? 150 : Double(range.lowerBound + range.upperBound) / 2
    }

    /// The number of the range a position (from 1) lies in.
    static func bucket(of position: Int) -> Int {
        switch position {
        case ...1: 0
        case ...20: position - 1
        case ...30: 20
        case ...50: 21
        case ...100: 22
        default: 23
        }
    }

    /// Examination at a position from 1.
    public func examination(at position: Int) -> Double { values[Self.bucket(of: position)] }

    /// Impressions and clicks of a pair within a range of places.
    struct Cell {
        var pair: Int32
        var bucket: UInt8
        var impressions: Double
        var clicks: Double
    }

    private static let mostRounds = 1000
    private static let tolerance = 1e-8

    /// Fits a curve.
    ///
    /// Each rank's value leans on a power law, whose steepness is fitted first: a law that is too flat would lift all
    /// ranks behind the first together, however little each of them leans on it.
    ///
    /// - Parameters:
    ///   - cells: In any order, each pair and range once.
    ///   - pairs: How many pairs there are.
    ///   - priorClicks: Clicks at each rank that the power law is worth, at least 0.
    /// - Returns: The curve.
    static func fitted(_ cells: [Cell], pairs: Int, priorClicks: Double) -> RankCurve {
        var clicks = [Double](repeating: 0, count: pairs)
        for cell in cells { clicks[Int(cell.pair)] += cell.clicks }
        // Pairs without clicks have an effect of 0 and say nothing about the curve.
        let clicked = cells.filter { clicks[Int($0.pair)] > 0 }
        let law = powerLaw(steepness(clicked, clicks: clicks))
        var curve = law
        for cell in cells {
            curve.impressions[Int(cell.bucket)] += cell.impressions
            curve.clicks[Int(cell.bucket)] += cell.clicks
        }
        for _ in 0..<mostRounds {
            let exposure = curve.exposure(clicked, pairs: pairs)
            var expected = law.values.map { priorClicks / $0 }
            for cell in clicked {
                let pair = Int(cell.pair)
                expected[Int(cell.bucket)] += cell.impressions * clicks[pair] / exposure[pair]
            }
            var change = 0.0
            // The first is 1 by definition.
            for bucket in curve.values.indices.dropFirst() where expected[bucket] > 0 {
                let value = max((priorClicks + curve.clicks[bucket]) / expected[bucket], 1e-6)
                change = max(change, abs(value / curve.values[bucket] - 1))
                curve.values[bucket] = value
            }
            if change < tolerance { break }
        }
        return curve
    }

    /// Each pair's impressions, weighted by the curve.
    private func exposure(_ cells: [Cell], pairs: Int) -> [Double] {
        var exposure = [Double](repeating: 0, count: pairs)
        for cell in cells { exposure[Int(cell.pair)] += cell.impressions * values[Int(cell.bucket)] }
        return exposure
    }

    /// The likeliest steepness of a power law, 0 to 3.
    ///
    /// The logarithm of the likelihood, effects of pairs at their best, is concave: a golden-section search finds it.
    private static func steepness(_ cells: [Cell], clicks: [Double]) -> Double {
        func likelihood(_ steepness: Double) -> Double {
            let law = powerLaw(steepness)
            let exposure = law.exposure(cells, pairs: clicks.count)
            let distance = (steepness - usualSteepness) / steepnessDeviation
            var sum = -distance * distance / 2
            for cell in cells { sum += cell.clicks * log(law.values[Int(cell.bucket)]) }
            for (clicks, exposure) in zip(clicks, exposure) where clicks > 0 { sum -= clicks * log(exposure) }
            return sum
        }
        let share = (5.0.squareRoot() - 1) / 2
        var (low, high) = (0.0, 3.0)
        var (left, right) = (high - share * (high - low), low + share * (high - low))
        var (atLeft, atRight) = (likelihood(left), likelihood(right))
        while high - low > 1e-4 {
            if atLeft < atRight {
                (low, left, atLeft) = (left, right, atRight)
                right = low + share * (high - low)
                atRight = likelihood(right)
            } else {
                (high, right, atRight) = (right, left, atLeft)
                left = high - share * (high - low)
                atLeft = likelihood(left)
            }
        }
        return (low + high) / 2
    }
}
