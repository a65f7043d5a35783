/// The metrics of one run.
public struct Evaluation: Sendable {
    /// The run's name.
    public let name: String
    /// The metrics' names, in the order they were asked for.
    public let metrics: [String]
    /// The judged queries, in byte order; those the run misses are among them.
    public let queries: [String]
    /// Metric, then one value for each of `queries`, in their order.
    public let values: [String: [Double]]
    /// Metric, then the value each query would have if the same documents stood in the best order.
    ///
    /// Metrics without headroom are left out.
    public let oracles: [String: [Double]]
    /// Queries that are judged and that the run does not have: they count 0.
    public let missing: [String]
    /// Queries of the run that nobody judged: they do not count.
    public let extra: [String]
    /// Queries without a relevant document: whatever the run does, they count 0.
    public let unanswerable: [String]

    /// The mean over all judged queries; nil for a metric that was not asked for.
    public func mean(_ metric: String) -> Double? { values[metric].map(Self.mean) }

    /// The mean over all judged queries with every query's documents in the best order.
    ///
    /// Between it and 1 is what recall loses, between the actual mean and it what ranking loses. Nil where the metric
    /// has no headroom.
    public func oracleMean(_ metric: String) -> Double? { oracles[metric].map(Self.mean) }

    /// The means of all metrics.
    public var means: [String: Double] { values.mapValues(Self.mean) }

    /// What a metric could still win: by a better order of the same documents, and by finding more.
    ///
    /// Nil where the metric has no headroom; `recall` is nil where its best is not 1 (DCG).
    public func headroom(_ metric: String) -> (ranking: Double, recall: Double?)? {
        guard let mean = mean(metric), let best = oracleMean(metric) else { return nil }
        let isBounded = !metric.contains("dcg") || metric.contains("ndcg")
        return (best - mean, isBounded ? 1 - best : nil)
    }

    /// The figures of each value of a property of the queries, in byte order.
    public func groups(_ property: String, _ topics: Topics) -> [(value: String, evaluation: Evaluation)] {
        topics.groups(property).compactMap { value in
            only(Set(topics.values.filter { $0.value[property] == value }.map(\.key))).map { (value, $0) }
        }
    }

    /// A query's values by metric; nil for a query nobody judged.
    public func values(of query: String) -> [String: Double]? {
        guard let index = queries.firstIndex(of: query) else { return nil }
        return values.mapValues { $0[index] }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}

/// Evaluates a run, over all queries of the judgments.
///
/// A query that the run misses counts 0, as with `trec_eval -c`: otherwise an engine gains by not answering. A query
/// nobody judged does not count. A query without relevant documents counts 0, as in trec_eval.
/// Throws `EvalError.nothingJudged`.
public func evaluate(_ qrels: Qrels, _ run: Run, metrics: [any Metric]) throws -> Evaluation {
    let queries = qrels.queries
    guard !queries.isEmpty else { throw EvalError.nothingJudged }
    let greatestGrade = qrels.greatestGrade
    let rankings = queries.map { query in
        JudgedRanking(
            run.rankings[query] ?? [],
            qrels.grades[query] ?? [:],
            scale: qrels.scale,
            greatestGrade: greatestGrade
        )
    }
    let oracles = rankings.map(\.oracle)
    var values: [String: [Double]] = [:]
    var best: [String: [Double]] = [:]
    for metric in metrics {
        values[metric.name] = rankings.map(metric.value)
        if metric.hasHeadroom { best[metric.name] = oracles.map(metric.value) }
    }
    return Evaluation(
        name: run.name,
        metrics: metrics.map(\.name),
        queries: queries,
        values: values,
        oracles: best,
        missing: queries.filter { run.rankings[$0] == nil },
        extra: run.rankings.keys.filter { qrels.grades[$0] == nil }.sorted(by: Run.precedes),
        unanswerable: zip(queries, rankings).filter { $0.1.relevantCount == 0 }.map(\.0)
    )
}
