/// What a row has, each key with its weight, ready to be compared with other rows.
struct WeightedEvidence {
    /// The keys.
    let keys: Set<EvidenceKey>
    private let weights: [EvidenceKey: Double]
    /// The length of the vector of weights.
    private let norm: Double
    /// The codes that tell a product from most others.
    private let codes: Set<EvidenceKey>

    /// Evidence of a row.
    ///
    /// - Parameters:
    ///   - keys: The row's keys.
    ///   - codes: Those that are codes and rare.
    ///   - weights: Each of them once with its weight, above 0, in the keys' order: sums of the same numbers in another
    ///     order may differ in the last bit.
    init(keys: Set<EvidenceKey>, codes: Set<EvidenceKey>, weights: [(EvidenceKey, Double)]) {
        self.keys = keys
        self.weights = Dictionary(weights) { first, _ in first }
        norm = weights.reduce(0) { $0 + $1.1 * $1.1 }.squareRoot()
        self.codes = codes
    }

    /// Whether both have a whole code that few rows have.
    func sharesCode(with other: WeightedEvidence) -> Bool { !codes.isDisjoint(with: other.codes) }

    /// The cosine of both vectors: 0 without a common key, 1 for the same ones.
    func cosine(with other: WeightedEvidence) -> Double {
        let shared = weights.keys.filter { other.weights[$0] != nil }.sorted()
        guard !shared.isEmpty else { return 0 }
        return min(shared.reduce(0) { $0 + (weights[$1] ?? 0) * (other.weights[$1] ?? 0) } / (norm * other.norm), 1)
    }
}
