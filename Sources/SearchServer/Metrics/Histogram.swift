/// Counts of durations by their length, as Prometheus has them: each bucket counts what is at most its bound.
struct Histogram: Sendable {
    /// Upper bounds in seconds: from what a cached answer takes to what nobody waits for.
    static let bounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// One a bound, and one for what is longer; not added up.
    private var counts = [Int](repeating: 0, count: bounds.count + 1)
    private var sum = 0.0

    /// Counts a duration.
    mutating func note(milliseconds: Double) {
        let seconds = milliseconds / 1_000
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += seconds
    }

    /// The lines of the text format.
    func lines(_ name: String, _ labels: [(String, String)]) -> [String] {
        var lines: [String] = []
        var total = 0
        for (place, count) in counts.enumerated() {
            total += count
            let bound = place < Self.bounds.count ? "\(Self.bounds[place])" : "+Inf"
            lines.append(MetricsText.line("\(name)_bucket", labels + [("le", bound)], Double(total)))
        }
        lines.append(MetricsText.line("\(name)_sum", labels, sum))
        lines.append(MetricsText.line("\(name)_count", labels, Double(total)))
        return lines
    }
}
