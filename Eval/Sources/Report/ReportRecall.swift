internal import Foundation

/// Recall by depth: how deep one has to look, and where a reranker's candidates should end.
struct ReportRecall {
    private static let depths = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000]

    let html: String

    init(_ qrels: Qrels, _ runs: [Run]) {
        let deepest = runs.flatMap { $0.rankings.values.map(\.count) }.max() ?? 0
        let depths = Self.depths.filter { $0 < deepest } + [deepest].filter { $0 > 0 }
        let metrics = depths.map { Recall(at: $0) }
        let evaluations = runs.compactMap { try? evaluate(qrels, $0, metrics: metrics) }
        guard depths.count > 1, evaluations.count == runs.count else {
            html = ""
            return
        }
        let frame = ReportFrame(x: 1...Double(deepest), y: 0...1, isLogarithmic: true)
        var lines = ""
        var rows = ""
        for (index, evaluation) in evaluations.enumerated() {
            let means = metrics.map { evaluation.mean($0.name) ?? 0 }
            let points = zip(depths, means).map { frame.place(Double($0), $1) }.joined(separator: " ")
            lines += "<polyline points=\"\(points)\" fill=\"none\" stroke=\"\(ReportMarkup.color(index))\" "
            // Lines of the same recall lie on each other: dashes let the one below show.
            lines += "stroke-width=\"2\"\(index == 0 ? "" : " stroke-dasharray=\"\(2 * index + 4) 3\"")/>\n"
            rows += "<tr><td>\(ReportBars.key(index, evaluation.name))</td>"
            rows += means.map { "<td>\(String(format: "%.3f", $0))</td>" }.joined() + "</tr>\n"
        }
        let marks = [1, 10, 100, 1000, 10_000].filter { $0 <= deepest }
        html = """
            <h2>Recall by depth</h2>
            <svg class="chart" viewBox="0 0 360 220" role="img" aria-label="Recall against depth">
            \(frame.axes(x: marks.map { (Double($0), String($0)) }, y: [0, 0.25, 0.5, 0.75, 1], title: "depth"))
            \(lines)</svg>
            <div class="wide"><table>
            <thead><tr><th scope="col">Recall at</th>\(depths.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """
    }
}
