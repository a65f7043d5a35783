/// How good an alignment is, against truth.
public struct AlignmentFigures: Sendable, Equatable, Codable {
    /// One order of the candidates.
    public struct Order: Sendable, Equatable, Codable {
        /// `bm25`, `lexical`, or the model.
        public var name: String
        /// Share of rows with a counterpart whose first candidate is one.
        public var accuracyAt1: Double
        /// Mean share of a row's counterparts that are among its first three candidates.
        public var recallAt3: Double
    }

    /// A decision against truth.
    public struct Decided: Sendable, Equatable, Codable {
        /// Judged pairs decided so.
        public var pairs: Int
        /// Of those, one product.
        public var correct: Int
        /// `correct / pairs`; nil where nothing was decided so.
        public var precision: Double?
        /// Its two-sided 95 % interval (Clopper and Pearson).
        public var precisionInterval: [Double]?
        /// `correct` divided by all true pairs, found or not.
        public var recall: Double
    }

    /// Judged pairs with a probability in one tenth of the range.
    public struct Bin: Sendable, Equatable, Codable {
        /// From here, included.
        public var from: Double
        /// To here; included in the last bin only.
        public var to: Double
        /// Judged pairs.
        public var pairs = 0
        /// Their mean probability.
        public var probability = 0.0
        /// The share of them that is one product.
        public var share = 0.0
    }

    /// Rows that truth judges.
    public var judgedRows = 0
    /// Of those, rows that have a counterpart.
    public var rowsWithCounterpart = 0
    /// Pairs that are one product.
    public var truePairs = 0
    /// Judged pairs among the candidates.
    public var judgedPairs = 0
    /// Share of the true pairs that are candidates.
    public var candidateRecall = 0.0
    /// Of the true pairs, those found by the first stage, by evidence, by price, because all pairs are candidates.
    public var foundBy: [String: Int] = [:]
    /// The orders, side by side.
    public var orders: [Order] = []
    /// Merged pairs; nil without a model.
    public var merge: Decided?
    /// Merged pairs and those to review together.
    public var mergeOrReview: Decided?
    /// Ten bins; nil without probabilities.
    public var reliability: [Bin]?
    /// Mean squared difference of probability and truth (Brier, 1950).
    public var brier: Double?
    /// Mean over judged pairs of the distance between their bin's probability and share (Naeini et al., AAAI 2015).
    public var calibrationError: Double?
}

/// Collects pairs into bins.
struct ReliabilityMeter {
    private var sums: [(pairs: Int, probability: Double, matches: Int)] = Array(repeating: (0, 0, 0), count: 10)
    private var squares = 0.0

    /// Adds a judged pair; the probability is 0...1.
    mutating func add(_ probability: Double, isMatch: Bool) {
        let bin = min(max(Int(probability * 10), 0), 9)
        sums[bin].pairs += 1
        sums[bin].probability += probability
        sums[bin].matches += isMatch ? 1 : 0
        let error = probability - (isMatch ? 1 : 0)
        squares += error * error
    }

    private var count: Int { sums.reduce(0) { $0 + $1.pairs } }

    /// The bins; nil without pairs.
    var bins: [AlignmentFigures.Bin]? {
        guard count > 0 else { return nil }
        return sums.enumerated().map { place, sum in
            var bin = AlignmentFigures.Bin(from: Double(place) / 10, to: Double(place + 1) / 10)
            bin.pairs = sum.pairs
            if sum.pairs > 0 {
                bin.probability = sum.probability / Double(sum.pairs)
                bin.share = Double(sum.matches) / Double(sum.pairs)
            }
            return bin
        }
    }

    /// Mean squared error; nil without pairs.
    var brier: Double? { count > 0 ? squares / Double(count) : nil }

    /// Expected calibration error; nil without pairs.
    var calibrationError: Double? {
        guard let bins else { return nil }
        return bins.reduce(0) { $0 + Double($1.pairs) * abs($1.probability - $1.share) } / Double(count)
    }
}
