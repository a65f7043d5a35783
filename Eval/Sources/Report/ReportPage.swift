/// One self-contained HTML page about runs: figures, significance, queries, recall by depth, and what was lost.
///
/// It loads nothing and runs no script. Whatever comes from files is escaped.
public struct ReportPage: Sendable {
    /// The page.
    public let html: String

    /// A page; runs and evaluations are in the same order, and `latencies` has one entry a run, nil where nothing was
    /// measured.
    ///
    /// `queryTexts` are what shoppers typed, by query; `titles` what documents are called, by identifier. Bars and
    /// lists show the first metric.
    public init(
        qrels: Qrels,
        runs: [Run],
        evaluations: [Evaluation],
        comparisons: [Comparison],
        queryTexts: [String: String],
        latencies: [ReportLatency?],
        titles: [String: String] = [:]
    ) {
        let metric = evaluations.first?.metrics.first ?? ""
        let leading = comparisons.filter { $0.metric == metric }
        var parts = [
            ReportFigures(evaluations, comparisons, qrels).html,
            ReportBars(evaluations, leading, metric: metric, texts: queryTexts).html,
            ReportRecall(qrels, runs).html,
        ]
        let speeds = (try? SpeedTable.rows(runs, qrels, latencies: latencies)) ?? []
        if let plot = ReportLatencyPlot(evaluations, metric: metric, speeds) { parts.append(plot.html) }
        parts += leading.map { ReportChanges($0, qrels, runs, queryTexts, titles).html }
        let names = evaluations.map(\.name).joined(separator: ", ")
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Relevance: \(ReportMarkup.text(names))</title>
            <style>
            \(ReportStyle.css)
            </style>
            </head>
            <body>
            <main>
            <h1>Relevance report</h1>
            \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }
}
