import Testing

@testable import SearchServer

@Suite("Histograms as Prometheus reads them")
struct HistogramTests {
    @Test("Every bucket counts all that is at most its bound, and the last one everything")
    func buckets() {
        var histogram = Histogram()
        for milliseconds in [0.4, 1, 3, 3, 60_000] { histogram.note(milliseconds: milliseconds) }
        let lines = histogram.lines("t", [("stage", "x")])
        let counts = lines.filter { $0.hasPrefix("t_bucket{") }.compactMap { $0.split(separator: " ").last }.map(
            String.init
        )
        // Bounds are 0.5, 1, 2.5, 5 ms and more.
        #expect(counts.prefix(4) == ["1", "2", "2", "4"])
        #expect(counts.dropFirst(4).dropLast().allSatisfy { $0 == "4" } && counts.last == "5")
        #expect(lines.contains(#"t_bucket{stage="x",le="+Inf"} 5"#))
        #expect(lines.last == #"t_count{stage="x"} 5"#)
        #expect(lines.contains { $0.hasPrefix(#"t_sum{stage="x"} 60.0074"#) })
    }
}
