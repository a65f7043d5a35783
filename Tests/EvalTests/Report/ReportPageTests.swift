import Foundation
import Testing

@testable import Eval

@Suite struct ReportPageTests {
    private let hostile = "<script>alert('1')</script>\"&\u{0}\u{202E}"

    private func page(_ text: String, latency: ReportLatency? = nil) throws -> String {
        let qrels = Qrels([text: ["a": 1, text: 2], "q": ["a": 1]])
        let documents = ["a", text, "b"].enumerated().map { Run.Document(id: $0.1, score: Float(-$0.0)) }
        let runs = [
            try Run(name: text, documents: [text: documents, "q": documents]),
            try Run(name: "other \(text)", documents: ["q": documents.reversed(), text + "extra": documents]),
        ]
        let evaluations = try runs.map { try evaluate(qrels, $0, metrics: [NDCG(at: 10), JudgedShare(at: 10)]) }
        return ReportPage(
            qrels: qrels,
            runs: runs,
            evaluations: evaluations,
            comparisons: try Comparison.againstFirst(evaluations),
            queryTexts: [text: text],
            latencies: [latency, nil]
        ).html
    }

    @Test func `Whatever stands in names, queries and documents, the page is well-formed and holds no script`() throws {
        let html = try page(hostile, latency: ReportLatency(p50: 0, p95: 3, p99: 9))
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}\u{FFFD}"))
        #expect(!html.contains("\u{202E}"))
        #expect(!html.contains("\u{0}"))
        #expect(try Tags(html).areBalanced)
    }

    @Test func `Hits are named by their titles where they are known, escaped, and quality stands beside time`() throws {
        let qrels = Qrels(["q": ["a": 1, "b": 0, "c": 1]])
        func run(_ name: String, _ ids: [String]) throws -> Run {
            try Run(name: name, documents: ["q": ids.enumerated().map { .init(id: $1, score: Float(-$0)) }])
        }
        let runs = [try run("old", ["a", "b", "c"]), try run("new", ["b", "c", "a"])]
        let evaluations = try runs.map { try evaluate(qrels, $0, metrics: [NDCG(at: 10)]) }
        let html = ReportPage(
            qrels: qrels,
            runs: runs,
            evaluations: evaluations,
            comparisons: try Comparison.againstFirst(evaluations),
            queryTexts: ["q": "bag"],
            latencies: [ReportLatency(p50: 2, p95: 3, p99: 9), nil],
            titles: ["a": "Red <bag>"]
        ).html
        #expect(html.contains("</span>Red &lt;bag&gt; <span class=\"id\">a</span>"))
        #expect(html.contains("</span>b</li>"))
        // First hit relevant; two of two relevant ones among three.
        #expect(html.contains("<td>1.0000</td><td>1.0000</td><td>2.00</td><td>3.00</td><td>9.00</td>"))
        #expect(try Tags(html).areBalanced)
    }

    @Test(arguments: [
        (Array(stride(from: 100.0, to: 0, by: -1)), [50.0, 95, 99]), ([7], [7, 7, 7]),
        ([3, 1, 2], [2, 3, 3]), (Array(stride(from: 1.0, through: 200, by: 1)), [100, 190, 198]),
    ])
    func `Percentiles are by nearest rank`(times: [Double], expected: [Double]) throws {
        let latency = try #require(ReportLatency(milliseconds: times))
        #expect([latency.p50, latency.p95, latency.p99] == expected)
        #expect(ReportLatency(milliseconds: []) == nil)
    }

    @Test func `Accuracy at 1 and recall at 3 look no deeper`() throws {
        let qrels = Qrels(["q": ["a": 1, "b": 1]])
        let documents = ["x", "a", "y", "b"].enumerated().map { Run.Document(id: $1, score: Float(-$0)) }
        let run = try Run(name: "r", documents: ["q": documents])
        let rows = try SpeedTable.rows([run], qrels, latencies: [ReportLatency(p50: 1, p95: 1, p99: 1)])
        #expect(rows.map(\.accuracyAt1) == [0] && rows.map(\.recallAt3) == [0.5])
    }

    @Test func `Queries that lost stand under lost, those that gained under gained`() throws {
        let qrels = Qrels(["down": ["a": 1], "up": ["b": 1]])
        func run(_ name: String, _ ids: [String]) throws -> Run {
            let documents = ids.enumerated().map { Run.Document(id: $1, score: Float(-$0)) }
            return try Run(name: name, documents: ["down": documents, "up": documents])
        }
        let runs = [try run("old", ["a", "b"]), try run("new", ["b", "a"])]
        let evaluations = try runs.map { try evaluate(qrels, $0, metrics: [NDCG(at: 10)]) }
        let html = ReportPage(
            qrels: qrels,
            runs: runs,
            evaluations: evaluations,
            comparisons: try Comparison.againstFirst(evaluations),
            queryTexts: [:],
            latencies: [nil, nil]
        ).html
        let parts = html.components(separatedBy: "<h2>new: ")
        try #require(parts.count == 3)
        #expect(parts[1].hasPrefix("lost most") && parts[1].contains("<h3>down ") && !parts[1].contains("<h3>up "))
        #expect(parts[2].hasPrefix("gained most") && parts[2].contains("<h3>up ") && !parts[2].contains("<h3>down "))
    }

    /// What a person would write beside an axis.
    @Test(arguments: [
        ([0.6255, 0.6435], [0.55, 0.6, 0.65, 0.7]), ([0, 1], [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ([0.31, 0.62], [0.3, 0.4, 0.5, 0.6, 0.7]), ([0.07, 0.93], [0, 0.2, 0.4, 0.6, 0.8, 1]), ([0, 0], [0, 0.05]),
        ([1, 1], [0.95, 1]),
    ])
    func `The axis of quality has round marks around the runs`(values: [Double], marks: [Double]) {
        let found = ReportLatencyPlot.scale(values)
        #expect(found.count == marks.count && zip(found, marks).allSatisfy { abs($0 - $1) < 1e-12 }, "\(found)")
    }

    @Test func `Each point of the plot is named, and times that the score cache has saved are called so`() throws {
        let html = try page("bag", latency: ReportLatency(p50: 2, p95: 3, p99: 9, cached: 7))
        #expect(html.contains(">bag</text>"))
        #expect(html.contains("bag: 7 queries had scores that were known before"))
        #expect(try !page("bag", latency: ReportLatency(p50: 2, p95: 3, p99: 9)).contains("known before"))
        let long = String(repeating: "x", count: 40)
        #expect(try page(long, latency: ReportLatency(p50: 2, p95: 3, p99: 9)).contains(">\(long.prefix(27))…</text>"))
    }

    @Test(arguments: [(0.25, "+0.2500"), (-0.25, "\u{2212}0.2500"), (0, "0.0000"), (-0.00004, "0.0000")])
    func `A difference has a sign where it is one`(number: Double, text: String) {
        #expect(ReportMarkup.signed(number) == text)
    }

    @Test func `The page loads nothing`() throws {
        let html = try page("red bag")
        for word in ["http:", "https:", "src=", "href=", "url(", "@import"] { #expect(!html.contains(word), "\(word)") }
        #expect(html.contains("default-src 'none'"))
    }

    @Test func `Every part is there; the latency plot only where something was measured`() throws {
        let html = try page("bag", latency: ReportLatency(p50: 2, p95: 3, p99: 9))
        for part in ["Query by query: ndcg@10", "Recall by depth", "Quality and latency", "lost most", "best order"] {
            #expect(html.contains(part), "\(part)")
        }
        #expect(html.contains("misses, which count 0: 1."))
        #expect(try !page("bag").contains("Quality and latency"))
        #expect(!html.contains("nan") && !html.contains("inf"))
    }

    /// The elements of a page, opened and closed.
    private struct Tags {
        let areBalanced: Bool

        init(_ html: String) throws {
            var open: [Substring] = []
            var isGood = true
            for match in html.matches(of: /<(\/?)([a-z0-9]+)[^<>]*?(\/?)>/) {
                let (_, end, name, selfClosing) = match.output
                if ["meta", "DOCTYPE"].contains(name) || !selfClosing.isEmpty { continue }
                if end.isEmpty {
                    open.append(name)
                } else if open.popLast() != name {
                    isGood = false
                }
            }
            areBalanced = isGood && open.isEmpty && html.split(separator: "<").count > 50
        }
    }
}
