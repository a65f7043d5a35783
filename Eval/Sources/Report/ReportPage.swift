/// One self-contained HTML page about runs.
public struct ReportPage: Sendable {
    /// The page.
    public let html: String

    /// A page; `latencies` has one entry a run, nil where nothing was measured.
    public init(
        qrels: Qrels,
        runs: [Run],
        evaluations: [Evaluation],
        comparisons: [Comparison],
        queryTexts: [String: String],
        latencies: [ReportLatency?]
    ) {
        html = ""
    }
}
