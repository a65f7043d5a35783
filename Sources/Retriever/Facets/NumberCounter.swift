internal import Catalog

/// Counts numbers by ranges that it finds itself: about as many products in each, round numbers between them.
struct NumberCounter: FacetCounter {
    /// Places of the bounds are taken from so many of the numbers; the counts are those of all.
    private static let sampled = 8_192

    private let request: FacetRequest
    private let column: NumberColumn
    private let columns: DocumentColumns
    private var numbers: [Double] = []
    private var missing = 0

    init(_ request: FacetRequest, column: NumberColumn, columns: DocumentColumns) {
        self.request = request
        self.column = column
        self.columns = columns
    }

    mutating func count(_ number: DocumentNumber) {
        let value = columns.number(column, number)
        if value.isNaN { missing += 1 } else { numbers.append(value) }
    }

    func result() -> FacetResult {
        guard let least = numbers.min(), let greatest = numbers.max() else {
            return FacetResult(field: request.field, ranges: [], statistics: nil, missing: missing)
        }
        let statistics = FacetResult.Statistics(
            least: least,
            greatest: greatest,
            mean: numbers.reduce(0, +) / Double(numbers.count)
        )
        return FacetResult(
            field: request.field,
            ranges: ranges(bounds(least: least, greatest: greatest)),
            statistics: statistics,
            missing: missing
        )
    }

    /// Round numbers near those that divide the matches into equal parts: ascending, above `least`, `greatest` at most.
    private func bounds(least: Double, greatest: Double) -> [Double] {
        let step = (numbers.count + Self.sampled - 1) / Self.sampled
        let sample = stride(from: 0, to: numbers.count, by: step).map { numbers[$0] }.sorted()
        let parts = request.limit
        // The dearest and the cheapest few do not decide what is round.
        let grid = RoundNumbers(
            from: sample[sample.count / 20],
            to: sample[sample.count - 1 - sample.count / 20],
            parts
        )
        var bounds: [Double] = []
        for part in 1..<parts {
            let bound = grid.nearest(to: sample[sample.count * part / parts])
            if bound > (bounds.last ?? least), bound <= greatest { bounds.append(bound) }
        }
        return bounds
    }

    /// The ranges between the bounds; empty ones join the one before.
    private func ranges(_ bounds: [Double]) -> [FacetResult.Range] {
        var counts = [Int](repeating: 0, count: bounds.count + 1)
        for number in numbers { counts[bounds.countNotAbove(number)] += 1 }
        var ranges: [FacetResult.Range] = []
        for (index, count) in counts.enumerated() {
            let to = index < bounds.count ? bounds[index] : nil
            if count == 0, !ranges.isEmpty {
                ranges[ranges.count - 1].to = to
            } else {
                ranges.append(FacetResult.Range(from: ranges.last?.to, to: to, count: count))
            }
        }
        return ranges
    }
}

extension [Double] {
    /// How many of the ascending numbers are at most `number`.
    fileprivate func countNotAbove(_ number: Double) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
