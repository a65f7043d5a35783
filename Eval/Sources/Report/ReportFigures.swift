/// The tables: means with their marks, and every comparison.
struct ReportFigures {
    let html: String

    init(_ evaluations: [Evaluation], _ comparisons: [Comparison], _ qrels: Qrels) {
        html = [
            Self.notes(evaluations, qrels), Self.means(evaluations, comparisons), Self.marks(comparisons),
            Self.tests(comparisons),
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private static func notes(_ evaluations: [Evaluation], _ qrels: Qrels) -> String {
        let judgments = qrels.grades.values.reduce(0) { $0 + $1.count }
        var notes = ["Judged queries: \(evaluations.first?.queries.count ?? 0), judgments: \(judgments)."]
        if let empty = evaluations.first?.unanswerable, !empty.isEmpty {
            notes.append("Queries without a relevant document, which count 0 in every run: \(empty.count).")
        }
        for evaluation in evaluations {
            let name = ReportMarkup.text(evaluation.name)
            if !evaluation.missing.isEmpty {
                notes.append("Judged queries that \(name) misses, which count 0: \(evaluation.missing.count).")
            }
            if !evaluation.extra.isEmpty {
                notes.append("Queries of \(name) that nobody judged, which do not count: \(evaluation.extra.count).")
            }
        }
        return "<p class=\"note\">\(notes.joined(separator: " "))</p>"
    }

    private static func means(_ evaluations: [Evaluation], _ comparisons: [Comparison]) -> String {
        let metrics = evaluations.first?.metrics ?? []
        let heads = metrics.map { "<th scope=\"col\">\(ReportMarkup.text($0))</th>" }.joined()
        var rows = ""
        for (index, evaluation) in evaluations.enumerated() {
            let cells = metrics.map { metric in
                let comparison = comparisons.first { $0.run == evaluation.name && $0.metric == metric }
                let value = ReportMarkup.value(evaluation.mean(metric) ?? 0)
                guard let comparison, comparison.stars > 0 else { return "<td>\(value)</td>" }
                let stars = String(repeating: "*", count: comparison.stars)
                let isBetter = comparison.difference > 0
                return "<td class=\"\(isBetter ? "good" : "bad")\">\(isBetter ? "▲" : "▼") \(value)\(stars)</td>"
            }
            let best = metrics.map { "<td>\(evaluation.oracleMean($0).map(ReportMarkup.value) ?? "")</td>" }
            rows += """
                <tr><th scope="row">\(ReportBars.key(index, evaluation.name))</th>\(cells.joined())</tr>
                <tr class="oracle"><td>best order</td>\(best.joined())</tr>

                """
        }
        return """
            <div class="wide"><table>
            <thead><tr><th scope="col">Run</th>\(heads)</tr></thead>
            <tbody>
            \(rows)</tbody></table></div>
            <p class="note">“Best order” is the same documents, best first. From a figure to it is what ranking can still win; from there to 1 is what was not \
            found. Documents nobody judged count as not relevant, except in condensed figures, which leave them out.</p>
            """
    }

    private static func marks(_ comparisons: [Comparison]) -> String {
        guard let first = comparisons.first else { return "" }
        let count = comparisons.count { $0.metric == first.metric }
        return """
            <p class="note">▲ better, ▼ worse than \(ReportMarkup.text(first.baseline)): * p &lt; 0.05, ** p &lt; 0.01; \
            Fisher's randomization test, two-sided, Holm's correction over \(count) \(count == 1 ? "run" : "runs").</p>
            """
    }

    private static func tests(_ comparisons: [Comparison]) -> String {
        guard let first = comparisons.first else { return "" }
        let rows = comparisons.map { comparison in
            let interval = comparison.interval.map {
                "\(ReportMarkup.signed($0.lower)) to \(ReportMarkup.signed($0.upper))"
            }
            let cells = [
                ReportMarkup.text(comparison.metric), ReportMarkup.signed(comparison.difference), interval ?? "",
                comparison.tTest.map { ReportMarkup.pValue($0.pValue) } ?? "",
                ReportMarkup.pValue(comparison.randomization.pValue),
                ReportMarkup.pValue(comparison.correctedPValue),
                "\(comparison.wins) / \(comparison.ties) / \(comparison.losses)",
            ]
            return "<tr><td>\(ReportMarkup.text(comparison.run))</td>"
                + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
        }
        return """
            <h2>Against \(ReportMarkup.text(first.baseline))</h2>
            <div class="wide"><table>
            <thead><tr><th scope="col">Run</th><th scope="col">Metric</th><th scope="col">Difference</th>\
            <th scope="col">95 % interval</th><th scope="col">t-test p</th><th scope="col">Random&shy;ization p</th>\
            <th scope="col">Corrected p</th><th scope="col">Wins / ties / losses</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """
    }
}
