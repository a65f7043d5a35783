/// What the grades of a set of judgments mean: their gains, and from where on a document counts as relevant.
public struct RelevanceScale: Sendable, Equatable {
    /// Gains of some grades; a grade that is not named gains its own value.
    public var gains: [Int: Double]
    /// The least grade that counts as relevant where a metric knows only relevant and not relevant; at least 1.
    public var relevantFrom: Int

    /// A scale; `relevantFrom` below 1 counts as 1, because 0 is never relevant.
    public init(gains: [Int: Double] = [:], relevantFrom: Int = 1) {
        self.gains = gains
        self.relevantFrom = max(relevantFrom, 1)
    }

    /// Grades as TREC has them: a grade's gain is the grade, and 1 and above is relevant.
    public static let trec = RelevanceScale()
    /// Amazon ESCI: Irrelevant 0, Complement 1, Substitute 2, Exact 3; gains 0, 0.01, 0.1, 1.
    ///
    /// Gains: Reddy et al., Shopping Queries Dataset (2022). A substitute is relevant, a complement is not.
    public static let esci = RelevanceScale(gains: [0: 0, 1: 0.01, 2: 0.1, 3: 1], relevantFrom: 2)
    /// Wayfair WANDS: Irrelevant 0, Partial 1, Exact 2; gains 0, 0.5, 1.
    ///
    /// Labels: Chen et al., WANDS (ECIR 2022); the gains are a convention. Partial is relevant.
    public static let wands = RelevanceScale(gains: [0: 0, 1: 0.5, 2: 1])

    /// The gain of a grade, 0 or more: grades of 0 and below gain nothing.
    public func gain(_ grade: Int) -> Double { grade > 0 ? max(gains[grade] ?? Double(grade), 0) : 0 }

    /// Whether a grade counts as relevant.
    public func isRelevant(_ grade: Int) -> Bool { grade >= relevantFrom }
}
