internal import Foundation

/// Rates as log-odds, and back into bounds.
enum LogOdds {
    /// Rates beyond these are not told apart: 0.1 % and 99.9 %.
    private static let rates = 0.001...0.999

    /// `log(p / (1 - p))`, about -6.9 to 6.9.
    static func of(_ rate: Double) -> Double {
        let rate = min(max(rate, rates.lowerBound), rates.upperBound)
        return log(rate / (1 - rate))
    }

    /// How much above or below another a rate is, in -1...1: `tanh(x / 2)` of the difference x in log-odds.
    ///
    /// An odds ratio of 3 to 1 is 0.5, of 1 to 3 -0.5.
    static func contrast(_ rate: Double, with other: Double) -> Double { tanh((of(rate) - of(other)) / 2) }
}
