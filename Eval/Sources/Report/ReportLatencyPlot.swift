internal import Foundation

/// Quality against latency: one point a run at its median, with a line to its 95th percentile.
struct ReportLatencyPlot {
    let html: String

    /// Nil where no run has latencies.
    init?(_ evaluations: [Evaluation], metric: String, _ speeds: [SpeedTable.Row]) {
        let known = evaluations.enumerated().compactMap { index, evaluation in
            speeds.first { $0.run == evaluation.name }
                .map { (index: index, evaluation: evaluation, speed: $0, latency: $0.latency) }
        }
        let usable = known.filter { $0.latency.p50.isFinite && $0.latency.p95.isFinite }
        guard !usable.isEmpty else { return nil }
        // Stages lie decades apart, so does the axis: whole powers of ten, 1 microsecond to a day.
        func power(_ milliseconds: Double) -> Double { log10(min(max(milliseconds, 1e-3), 8e7)) }
        let least = Int((usable.map { power($0.latency.p50) }.min() ?? 0).rounded(.down))
        let most = max(Int((usable.map { power($0.latency.p95) }.max() ?? 0).rounded(.up)), least + 1)
        let scale = Self.scale(usable.compactMap { $0.evaluation.mean(metric) })
        let frame = ReportFrame(x: pow(10, Double(least))...pow(10, Double(most)), y: scale, isLogarithmic: true)
        var shapes = ""
        var rows = ""
        for run in usable {
            let quality = run.evaluation.mean(metric) ?? 0
            let (x, y) = (frame.across(pow(10, power(run.latency.p50))), frame.down(quality))
            let end = ReportMarkup.point(frame.across(pow(10, power(run.latency.p95))))
            let color = ReportMarkup.color(run.index)
            shapes += """
                <line x1="\(ReportMarkup.point(x))" x2="\(end)" y1="\(ReportMarkup.point(y))" \
                y2="\(ReportMarkup.point(y))" stroke="\(color)" stroke-width="2"/>
                <circle cx="\(ReportMarkup.point(x))" cy="\(ReportMarkup.point(y))" r="5" fill="\(color)">\
                <title>\(ReportMarkup.text(run.evaluation.name))</title></circle>

                """
            let times = [run.latency.p50, run.latency.p95, run.latency.p99].map { String(format: "%.2f", $0) }
            rows +=
                "<tr><td>\(ReportBars.key(run.index, run.evaluation.name))</td><td>\(ReportMarkup.value(quality))</td>"
            rows += [run.speed.accuracyAt1, run.speed.recallAt3].map { "<td>\(ReportMarkup.value($0))</td>" }.joined()
            rows += times.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }
        let marks = (least...most).map { (pow(10, Double($0)), String(format: "%g", pow(10, Double($0)))) }
        let values = [0, 0.25, 0.5, 0.75, 1].map {
            scale.lowerBound + $0 * (scale.upperBound - scale.lowerBound)
        }
        html = """
            <h2>Quality and latency</h2>
            <svg class="chart" viewBox="0 0 360 220" role="img" aria-label="Quality against latency">
            \(frame.axes(x: marks, y: values, title: "milliseconds a query"))
            \(shapes)</svg>
            <p class="note">\(ReportMarkup.text(metric)) against time: the point is the median, the line ends at the 95th \
            percentile. The upright axis shows the part of the scale where the runs lie.</p>
            <div class="wide"><table>
            <thead><tr><th scope="col">Run</th><th scope="col">\(ReportMarkup.text(metric))</th>\
            <th scope="col">accuracy@1</th><th scope="col">recall@3</th><th scope="col">p50 ms</th><th scope="col">p95 ms</th><th scope="col">p99 ms</th></tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            """
    }

    /// Twentieths around the values, at least two: runs that are worth comparing lie close together.
    private static func scale(_ values: [Double]) -> ClosedRange<Double> {
        let least = max(((values.min() ?? 0) * 20).rounded(.down), 0)
        let greatest = max(((values.max() ?? 1) * 20).rounded(.up), least)
        guard greatest - least < 2 else { return least / 20...greatest / 20 }
        return max(least - 1, 0) / 20...(greatest + 1) / 20
    }
}
