/// Quality beside time, as BM25, vectors and rerankers are compared: accuracy at 1, recall at 3, milliseconds.
public enum SpeedTable {
    /// One run.
    public struct Row: Sendable, Equatable {
        /// The run's name.
        public let run: String
        /// The share of queries whose first hit is relevant.
        public let accuracyAt1: Double
        /// The mean share of relevant documents among the first three.
        public let recallAt3: Double
        /// How long a query took.
        public let latency: ReportLatency
    }

    /// A row for each run that has latencies; `latencies` has one entry a run.
    ///
    /// Throws `EvalError.nothingJudged`.
    public static func rows(_ runs: [Run], _ qrels: Qrels, latencies: [ReportLatency?]) throws -> [Row] {
        let (first, third) = (Success(at: 1), Recall(at: 3))
        return try zip(runs, latencies).compactMap { run, latency in
            guard let latency else { return nil }
            let evaluation = try evaluate(qrels, run, metrics: [first, third])
            return Row(
                run: run.name,
                accuracyAt1: evaluation.mean(first.name) ?? 0,
                recallAt3: evaluation.mean(third.name) ?? 0,
                latency: latency
            )
        }
    }
}
