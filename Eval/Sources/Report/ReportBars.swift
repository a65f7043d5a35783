/// One bar a query: its value where there is one run, its change for every other run.
struct ReportBars {
    /// More bars than this cannot be told apart: then every n-th query is drawn.
    private static let most = 600

    let html: String

    init(_ evaluations: [Evaluation], _ comparisons: [Comparison], metric: String, texts: [String: String]) {
        guard let first = evaluations.first, let values = first.values[metric], !values.isEmpty else {
            html = ""
            return
        }
        var parts = ["<h2>Query by query: \(ReportMarkup.text(metric))</h2>"]
        if comparisons.isEmpty {
            let bars = zip(first.queries, values).map { ($0, $1) }
            parts.append(
                Self.chart(bars, least: 0, greatest: max(values.max() ?? 1, 1), run: 0, texts)
                    + "<p class=\"note\">Each bar is a query, best first; the height of the drawing is 0 to "
                    + "\(ReportMarkup.value(max(values.max() ?? 1, 1))).</p>"
            )
        }
        for comparison in comparisons {
            let bars = comparison.changes.map { ($0.query, $0.difference) }
            let extent = max(bars.map { abs($0.1) }.max() ?? 0, 0.001)
            let index = evaluations.firstIndex { $0.name == comparison.run } ?? 0
            parts.append(
                "<h3>\(Self.key(index, comparison.run))</h3>"
                    + Self.chart(bars, least: -extent, greatest: extent, run: index, texts)
                    + "<p class=\"note\">Each bar is a query's change against \(ReportMarkup.text(comparison.baseline)), "
                    + "greatest gain first: \(comparison.wins) better, \(comparison.ties) the same, "
                    + "\(comparison.losses) worse. The drawing reaches from \(ReportMarkup.signed(extent)) to "
                    + "\(ReportMarkup.signed(-extent)).</p>"
            )
        }
        html = parts.joined(separator: "\n")
    }

    /// A run's name behind its colour.
    static func key(_ run: Int, _ name: String) -> String {
        "<span class=\"key\" style=\"background:\(ReportMarkup.color(run))\"></span>\(ReportMarkup.text(name))"
    }

    private static func chart(
        _ bars: [(query: String, value: Double)],
        least: Double,
        greatest: Double,
        run: Int,
        _ texts: [String: String]
    ) -> String {
        let sorted = bars.sorted { ($1.value, $0.query) < ($0.value, $1.query) }
        let step = (sorted.count + most - 1) / most
        let drawn = stride(from: 0, to: sorted.count, by: max(step, 1)).map { sorted[$0] }
        func height(_ value: Double) -> Double { 100 * (greatest - value) / (greatest - least) }
        var shapes = ""
        for (index, bar) in drawn.enumerated() {
            let (top, bottom) = (height(max(bar.value, 0)), height(min(bar.value, 0)))
            let label = [bar.query, texts[bar.query], ReportMarkup.signed(bar.value)].compactMap { $0 }
            let color = least == 0 ? ReportMarkup.color(run) : bar.value < 0 ? "var(--bad)" : "var(--good)"
            shapes += """
                <rect x="\(ReportMarkup.point(Double(index) + 0.1))" y="\(ReportMarkup.point(top))" width="0.8" \
                height="\(ReportMarkup.point(bottom - top))" fill="\(color)">\
                <title>\(ReportMarkup.text(label.joined(separator: "  ")))</title></rect>

                """
        }
        let zero = ReportMarkup.point(height(0))
        return """
            <svg class="bars" viewBox="0 0 \(drawn.count) 100" preserveAspectRatio="none" role="img" \
            aria-label="One bar for each query">
            \(shapes)<line x1="0" x2="\(drawn.count)" y1="\(zero)" y2="\(zero)" stroke="var(--soft)" stroke-width="1" \
            vector-effect="non-scaling-stroke"/>
            </svg>
            """ + (step > 1 ? "<p class=\"note\">Every \(step)th query is drawn.</p>" : "")
    }
}
