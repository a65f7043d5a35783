import Foundation

/// How relevant one document is to one query.
public struct RelevanceScore: Sendable, Hashable {
    /// Log-odds of "yes", finite.
    ///
    /// Rankings, fusion and thresholds work on it.
    public var margin: Double

    /// A score from the log-odds of "yes".
    public init(margin: Double) {
        self.margin = margin
    }

    /// A score from a probability, which is kept away from 0 and 1 so that the margin is finite.
    ///
    /// - Parameter probability: In 0...1.
    public init(probability: Double) {
        let bounded = min(max(probability, Self.smallest), 1 - Self.smallest)
        margin = log(bounded / (1 - bounded))
    }

    /// The probability of "yes", for people: `1 / (1 + exp(-margin))`.
    public var probability: Double { 1 / (1 + exp(-margin)) }

    /// Beyond this a 32-bit probability of a server says nothing more.
    private static let smallest = 1e-9
}
