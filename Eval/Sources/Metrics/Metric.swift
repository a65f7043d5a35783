/// One number for one query's ranking.
public protocol Metric: Sendable {
    /// The canonical name, e.g. `ndcg@10`; `MetricName` reads it back.
    var name: String { get }
    /// Whether the best order of the same documents says what reranking could still win.
    var hasHeadroom: Bool { get }
    /// The value; 0 where nothing relevant was judged.
    func value(of ranking: JudgedRanking) -> Double
}

extension Metric {
    /// Most metrics do.
    public var hasHeadroom: Bool { true }
}

/// The end of a metric's name: `@10`, or nothing.
func cutoff(_ depth: Int?) -> String { depth.map { "@\($0)" } ?? "" }
