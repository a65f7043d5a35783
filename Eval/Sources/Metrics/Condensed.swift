/// A metric of the ranking without its unjudged documents (Sakai, SIGIR 2007; trec_eval -J).
///
/// Fair to an engine that finds good products nobody judged, generous to one that finds bad ones: look at both.
public struct Condensed: Metric {
    private let metric: any Metric

    /// The condensed form of a metric.
    public init(_ metric: any Metric) {
        self.metric = metric
    }

    /// `condensed ndcg@10`.
    public var name: String { MetricName.condensedPrefix + metric.name }
    /// As the metric's.
    public var hasHeadroom: Bool { metric.hasHeadroom }

    /// The metric's value.
    public func value(of ranking: JudgedRanking) -> Double { metric.value(of: ranking.condensed) }
}
