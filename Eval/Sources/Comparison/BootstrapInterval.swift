internal import Statistics

/// A confidence interval of a mean over queries: percentiles of the means of queries drawn with replacement.
///
/// Efron and Tibshirani 1993, chapter 13.
public struct BootstrapInterval: Sendable, Equatable {
    /// How many samples are drawn.
    public static let samples = 10_000
    /// The lower end.
    public let lower: Double
    /// The upper end.
    public let upper: Double

    /// The interval that holds the mean of new queries of this kind with the chance `level`, 0 to 1.
    ///
    /// Nil for fewer than two values, of which nothing can be said.
    public init?(_ values: [Double], level: Double = 0.95, samples: Int = Self.samples, seed: UInt64) {
        guard values.count >= 2 else { return nil }
        var random = SplitMix64(seed: seed)
        let means = (0..<max(samples, 100)).map { _ in
            var sum = 0.0
            for _ in values.indices { sum += values[random.index(below: values.count)] }
            return sum / Double(values.count)
        }
        let sorted = means.sorted()
        let tail = (1 - min(max(level, 0), 1)) / 2
        lower = Self.quantile(sorted, tail)
        upper = Self.quantile(sorted, 1 - tail)
    }

    /// Linear between neighbours (Hyndman and Fan's type 7, as NumPy's default).
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
