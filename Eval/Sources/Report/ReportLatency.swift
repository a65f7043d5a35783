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
}
