internal import Foundation
internal import Statistics

/// Which of two interleaved configurations shoppers prefer, and how sure that is.
public struct InterleavingAnalysis: Sendable, Equatable {
    /// One visit's credits: weighted clicks on hits of each team.
    struct Visit: Sendable, Equatable {
        var a = 0.0
        var b = 0.0
    }

    /// What can be said.
    public enum Verdict: String, Sendable {
        case a
        case b
        /// Neither is better with enough certainty.
        case undecided
    }

    /// Team A's configuration.
    public let a: String
    /// Team B's configuration.
    public let b: String
    /// Interleaved searches.
    public let searches: Int
    /// Those of them with a click.
    public let clickedSearches: Int
    /// Visits in which A's hits were clicked more.
    public let winsA: Int
    /// Visits in which B's hits were clicked more.
    public let winsB: Int
    /// Visits in which both were clicked as much; without any click a visit does not count.
    public let ties: Int
    /// The chance of so uneven a split of wins if both were as good, by the two-sided sign test; 1 without wins.
    public let pValue: Double
    /// Share of visits that prefer A, ties half each: 0 to 1, 0.5 is no difference; nil without visits.
    public let preference: Double?
    /// 95 % of the preference, drawn from visits with replacement; nil for fewer than two visits.
    public let interval: ClosedRange<Double>?

    /// Significant at 5 %.
    public var verdict: Verdict {
        guard pValue < 0.05, winsA != winsB else { return .undecided }
        return winsA > winsB ? .a : .b
    }

    private static let samples = 10_000

    /// Analyses the visits' credits.
    ///
    /// A visit has one vote however many searches and clicks it has: clicks of one shopper are not independent, and a
    /// robot has one vote, too.
    init(
        a: String,
        b: String,
        searches: Int,
        clickedSearches: Int,
        visits: [Visit],
        seed: UInt64 = 1
    ) {
        self.a = a
        self.b = b
        self.searches = searches
        self.clickedSearches = clickedSearches
        let votes = visits.filter { $0.a > 0 || $0.b > 0 }.map { $0.a > $0.b ? 1 : $0.a < $0.b ? 0 : 0.5 }
        winsA = votes.count { $0 == 1 }
        winsB = votes.count { $0 == 0 }
        ties = votes.count - winsA - winsB
        pValue = Self.signTest(winsA, winsB)
        preference = votes.isEmpty ? nil : votes.reduce(0, +) / Double(votes.count)
        interval = Self.interval(winsA: winsA, winsB: winsB, ties: ties, seed: seed)
    }

    /// The exact binomial test of wins against a fair coin, two-sided.
    static func signTest(_ winsA: Int, _ winsB: Int) -> Double {
        let count = winsA + winsB
        guard count > 0 else { return 1 }
        let most = max(winsA, winsB)
        // P(X >= most) of `count` fair coins is I_0.5(most, count - most + 1).
        let tail = BetaDistribution(alpha: Double(most), beta: Double(count - most + 1)).cumulative(0.5)
        return min(2 * tail, 1)
    }

    /// Percentiles of the preference of visits drawn with replacement.
    ///
    /// Votes have three values, so drawing visits is drawing how many have each.
    private static func interval(winsA: Int, winsB: Int, ties: Int, seed: UInt64) -> ClosedRange<Double>? {
        let count = winsA + winsB + ties
        guard count >= 2 else { return nil }
        var random = SplitMix64(seed: seed)
        let means = (0..<samples).map { _ in
            var sum = 0.0
            for _ in 0..<count {
                let drawn = Int.random(in: 0..<count, using: &random)
                sum += drawn < winsA ? 1 : drawn < winsA + ties ? 0.5 : 0
            }
            return sum / Double(count)
        }.sorted()
        return means[Int(0.025 * Double(samples))]...means[Int(0.975 * Double(samples)) - 1]
    }
}
