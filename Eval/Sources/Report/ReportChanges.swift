/// The queries that changed most, with the hits of both runs side by side.
struct ReportChanges {
    private static let queries = 10
    private static let hits = 10

    let html: String

    init(
        _ comparison: Comparison,
        _ qrels: Qrels,
        _ runs: [Run],
        _ texts: [String: String],
        _ titles: [String: String]
    ) {
        let name = ReportMarkup.text(comparison.run)
        let note = """
            <p class="note">\(ReportMarkup.text(comparison.metric)), first \(Self.hits) hits. Before each hit stands its \
            grade; “?” is not judged.</p>
            """
        func list(_ title: String, _ changes: [Comparison.Change]) -> [String] {
            guard !changes.isEmpty else { return [] }
            return ["<h2>\(name): \(title)</h2>", note]
                + changes.map { Self.query($0, comparison, qrels, runs, texts, titles) }
        }
        let parts =
            list("lost most", comparison.lost(Self.queries)) + list("gained most", comparison.gained(Self.queries / 2))
        html = parts.joined(separator: "\n")
    }

    private static func query(
        _ change: Comparison.Change,
        _ comparison: Comparison,
        _ qrels: Qrels,
        _ runs: [Run],
        _ texts: [String: String],
        _ titles: [String: String]
    ) -> String {
        let title = [change.query, texts[change.query]].compactMap { $0 }.map(ReportMarkup.text).joined(
            separator: " · "
        )
        let columns = [(comparison.baseline, change.before), (comparison.run, change.after)].map { name, value in
            let documents = runs.first { $0.name == name }?.rankings[change.query] ?? []
            let items = documents.prefix(hits).map { document in
                let grade = grade(qrels.grades[change.query]?[document.id], qrels.scale)
                let id = ReportMarkup.text(document.id)
                guard let title = titles[document.id] else { return "<li>\(grade)\(id)</li>" }
                return "<li>\(grade)\(ReportMarkup.text(title)) <span class=\"id\">\(id)</span></li>"
            }
            let list = items.isEmpty ? "<p class=\"note\">no hits</p>" : "<ol class=\"hits\">\(items.joined())</ol>"
            return "<div><h4>\(ReportMarkup.text(name)): \(ReportMarkup.value(value))</h4>\(list)</div>"
        }
        return """
            <section class="query"><h3>\(title) <span class="\(change.difference < 0 ? "bad" : "good")">\
            \(ReportMarkup.signed(change.difference))</span></h3>
            <div class="pair">\(columns.joined())</div></section>
            """
    }

    private static func grade(_ grade: Int?, _ scale: RelevanceScale) -> String {
        guard let grade, grade >= 0 else { return "<span class=\"grade\" title=\"not judged\">?</span>" }
        return "<span class=\"grade \(scale.isRelevant(grade) ? "relevant" : "wrong")\">\(grade)</span>"
    }
}
