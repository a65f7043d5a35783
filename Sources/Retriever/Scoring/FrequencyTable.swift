internal import Catalog

/// Weighted frequency of each frequency pattern under some column weights.
final class FrequencyTable: Sendable {
    /// By pattern number; entries from 255 on are rare patterns.
    let exact: [Double]
    /// 256 entries for the scorer's fast loop; entry 255 is 0 because it stands for "see the exceptions".
    let fast: [Float]
    let weights: ColumnWeights

    init(patterns: [[UInt16]], weights: ColumnWeights) {
        // Added up occurrence by occurrence, as FTS5 does, so that odd weights round the same way.
        exact = patterns.map { FrequencyTable.weighted($0, weights) }
        var fast = [Float](repeating: 0, count: 256)
        for (number, frequency) in exact.prefix(255).enumerated() {
            // A word in a column of weight 0 is a match that scores nothing, not a mismatch.
            fast[number] = max(Float(frequency), 1e-30)
        }
        self.fast = fast
        self.weights = weights
    }

    /// The weighted frequency of five columns' frequencies.
    static func weighted(_ frequencies: [UInt16], _ weights: ColumnWeights) -> Double {
        var sum = 0.0
        for (column, frequency) in frequencies.enumerated() {
            for _ in 0..<frequency { sum += weights.values[column] }
        }
        return sum
    }
}
