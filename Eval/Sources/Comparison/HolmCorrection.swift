/// Holm's step-down correction: keeps the chance of any false alarm among many comparisons at the level of one.
///
/// Holm, Scandinavian Journal of Statistics 1979. Needs no independence, and finds no less than Bonferroni's.
public enum HolmCorrection {
    /// Adjusted p-values, in the order given, each at most 1.
    public static func adjusted(_ pValues: [Double]) -> [Double] {
        var adjusted = pValues
        var greatest = 0.0
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        for (rank, index) in order.enumerated() {
            greatest = max(greatest, min(pValues[index] * Double(pValues.count - rank), 1))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
