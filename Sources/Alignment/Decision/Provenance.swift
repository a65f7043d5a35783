/// What fitted settings were fitted on and what they promise.
public struct Provenance: Sendable, Equatable, Codable {
    /// What tells the scores they hold for from others: the model's fingerprint, or `lexical`.
    public var scorer: String
    /// The model as people know it.
    public var model: String
    /// Judged pairs of the sample, and how many of them are one product.
    public var pairs: Int
    /// Pairs of the sample that are one product.
    public var matches: Int
    /// The precision asked for.
    public var wantedPrecision: Double
    /// The chance, at least, that the precision above `merge` is what was asked for.
    public var confidence: Double
    /// Pairs of the sample at `merge` or above, and how many of them are one product.
    public var merged: Int
    /// Of those, one product.
    public var mergedCorrectly: Int
    /// The lower bound of their precision (Clopper and Pearson, one-sided).
    public var precisionBound: Double
    /// The share of matches at `review` or above that is promised; nil: too few matches to promise one.
    public var reviewRecall: Double?

    /// What is known of a fit.
    public init(
        scorer: String,
        model: String,
        pairs: Int,
        matches: Int,
        wantedPrecision: Double,
        confidence: Double,
        merged: Int,
        mergedCorrectly: Int,
        precisionBound: Double,
        reviewRecall: Double?
    ) {
        self.scorer = scorer
        self.model = model
        self.pairs = pairs
        self.matches = matches
        self.wantedPrecision = wantedPrecision
        self.confidence = confidence
        self.merged = merged
        self.mergedCorrectly = mergedCorrectly
        self.precisionBound = precisionBound
        self.reviewRecall = reviewRecall
    }
}
