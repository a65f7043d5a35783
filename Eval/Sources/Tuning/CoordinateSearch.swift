/// Looks for a better point by changing one coordinate at a time, in large steps first.
///
/// Deterministic. Points have coordinates above 0, and a step multiplies or divides one of them.
public struct CoordinateSearch: Sendable {
    /// Where it begins, and what wins unless something is better.
    public var start: [Double]
    /// Steps, as factors above 1.
    public var factors: [Double]
    /// Coordinates stay within it.
    public var bounds: ClosedRange<Double>
    /// Points that are looked at, the start among them, at most.
    public var limit: Int

    /// A search.
    public init(start: [Double], factors: [Double] = [16, 4, 2, 1.4], bounds: ClosedRange<Double>, limit: Int) {
        self.start = start
        self.factors = factors
        self.bounds = bounds
        self.limit = limit
    }

    /// The best point that was found; of points as good, the first.
    ///
    /// - Parameter value: A point's value, higher for better.
    /// - Returns: A point within the bounds, or the start.
    /// - Throws: What `value` throws.
    public func best(value: ([Double]) async throws -> Double) async throws -> [Double] {
        var best = start
        var bestValue = try await value(start)
        var seen: Set<[Double]> = [start]
        for factor in factors {
            var isMoving = true
            while isMoving {
                isMoving = false
                for coordinate in start.indices {
                    for step in [factor, 1 / factor] {
                        var point = best
                        point[coordinate] = Self.rounded(
                            min(max(point[coordinate] * step, bounds.lowerBound), bounds.upperBound)
                        )
                        guard seen.count < limit else { return best }
                        guard seen.insert(point).inserted else { continue }
                        let found = try await value(point)
                        if found > bestValue + 1e-9 {
                            (best, bestValue, isMoving) = (point, found, true)
                        }
                    }
                }
            }
        }
        return best
    }

    /// Two significant digits: more are not known, and settings are read by people.
    static func rounded(_ value: Double) -> Double {
        guard value > 0 else { return value }
        var (digits, unit) = (value, 1.0)
        while digits >= 100 { (digits, unit) = (digits / 10, unit * 10) }
        while digits < 10 { (digits, unit) = (digits * 10, unit / 10) }
        return (digits.rounded() * unit * 1e6).rounded() / 1e6
    }
}
