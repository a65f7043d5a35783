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
        let values = Self.scale(usable.compactMap { $0.evaluation.mean(metric) })
        let frame = ReportFrame(
            x: pow(10, Double(least))...pow(10, Double(most)),
            y: (values.first ?? 0)...(values.last ?? 1),
            isLogarithmic: true
        )
        var names = PointNames()
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
                \(names.label(run.evaluation.name, x: x, y: y))

                """
            let times = [run.latency.p50, run.latency.p95, run.latency.p99].map { String(format: "%.2f", $0) }
            rows +=
                "<tr><td>\(ReportBars.key(run.index, run.evaluation.name))</td><td>\(ReportMarkup.value(quality))</td>"
            rows += [run.speed.accuracyAt1, run.speed.recallAt3].map { "<td>\(ReportMarkup.value($0))</td>" }.joined()
            rows += times.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }
        let marks = (least...most).map { (pow(10, Double($0)), String(format: "%g", pow(10, Double($0)))) }
        let cached = usable.filter { $0.latency.cached > 0 }.map { run in
            "<p class=\"note\">\(ReportMarkup.text(run.evaluation.name)): \(run.latency.cached) queries had scores that "
                + "were known before, which cost no time. These are not the times of its stage.</p>"
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
            \(cached.joined(separator: "\n"))
            """
    }

    /// The marks of an axis around the values, which are 0 to 1: two to six multiples of 0.05, 0.1, 0.2, 0.25 or 0.5.
    ///
    /// Runs that are worth comparing lie close together.
    static func scale(_ values: [Double]) -> [Double] {
        let (least, greatest) = (values.min() ?? 0, values.max() ?? 1)
        for step in [1, 2, 4, 5, 10] {
            let size = Double(step) / 20
            var marks = Int((least / size).rounded(.down))...max(Int((greatest / size).rounded(.up)), 0)
            if marks.count < 3 { marks = max(marks.lowerBound - 1, 0)...min(marks.upperBound + 1, 20 / step) }
            if marks.count <= 6 { return marks.map { Double($0 * step) / 20 } }
        }
        return [0, 0.5, 1]
    }
}

/// Names beside points, each where none is yet.
private struct PointNames {
    /// A point's name is at most this long, in characters.
    private static let longest = 28
    private var taken: [(isLeft: Bool, y: Double)] = []

    /// A name above its point, or below it, and further away where there are names.
    mutating func label(_ name: String, x: Double, y: Double) -> String {
        let isLeft = x < 193
        let places = [-9.0, 17, -21, 29, -33, 41].map { y + $0 }.filter { (8...184).contains($0) }
        let place = places.first { place in !taken.contains { $0.isLeft == isLeft && abs($0.y - place) < 11 } } ?? y - 9
        taken.append((isLeft, place))
        let text = name.count > Self.longest ? name.prefix(Self.longest - 1) + "…" : name
        return ReportFrame.label(x, place, isLeft ? "start" : "end", ReportMarkup.text(text))
    }
}
