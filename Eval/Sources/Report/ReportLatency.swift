/// How long a run's queries took, whole, in milliseconds.
public struct ReportLatency: Sendable, Equatable {
    /// Half of the queries took at most this long.
    public var p50: Double
    /// 95 % of them.
    public var p95: Double
    /// 99 % of them.
    public var p99: Double
    /// Queries with scores that were known before, which cost no time: then these are not the stage's latencies.
    public var cached: Int

    /// Percentiles in milliseconds.
    public init(p50: Double, p95: Double, p99: Double, cached: Int = 0) {
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
        self.cached = cached
    }

    /// The percentiles of some times, by nearest rank: the least time that the share of all do not exceed.
    ///
    /// - Parameters:
    ///   - milliseconds: A time for each query, in any order; nil without any.
    ///   - cached: As the property.
    public init?(milliseconds: [Double], cached: Int = 0) {
        guard !milliseconds.isEmpty else { return nil }
        let sorted = milliseconds.sorted()
        func percentile(_ hundredths: Int) -> Double { sorted[(hundredths * sorted.count + 99) / 100 - 1] }
        self.init(p50: percentile(50), p95: percentile(95), p99: percentile(99), cached: cached)
    }
}
