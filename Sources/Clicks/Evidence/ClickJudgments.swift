/// Relevance judgments made of clicks: graded, each with how sure it is.
///
/// A product's grade is its click rate at the first place as a share of the rate of its query's most attractive
/// product. Grades compare products of one query: what is good in a query where little is clicked is still good.
public struct ClickJudgments: Sendable {
    /// One judgment.
    public struct Judgment: Sendable, Equatable {
        /// The query.
        public var query: NormalizedQuery
        /// The product.
        public var object: ObjectID
        /// 0 (hardly ever clicked) to 3 (clicked as the best is).
        public var grade: Int
        /// The chance that the true rate lies within the grade's range, 0 to 1.
        public var confidence: Double
        /// What it is made of.
        public var evidence: ClickEvidence
    }

    /// The judgments; queries in byte order, the best products first.
    public let judgments: [Judgment]

    /// Shares of the best rate from which a product has grade 1, 2 and 3.
    public static let thresholds = [0.1, 0.3, 0.6]

    /// Makes judgments.
    ///
    /// - Parameters:
    ///   - table: The evidence; only what shoppers of the same query did counts.
    ///   - leastConfidence: Judgments less sure than this are left out, 0 to 1.
    public init(_ table: EvidenceTable, leastConfidence: Double = 0) {
        judgments = table.knownQueries.flatMap { query in
            let products = table.evidence(for: query).products.filter { $0.evidence.source == .query }
            guard let best = products.first?.evidence.rate, best > 0 else { return [Judgment]() }
            return products.compactMap { object, evidence in
                let grade = Self.thresholds.count { evidence.rate >= $0 * best }
                let from = grade == 0 ? 0 : Self.thresholds[grade - 1] * best
                let to = grade == Self.thresholds.count ? 1 : Self.thresholds[grade] * best
                let confidence = evidence.posterior.cumulative(to) - evidence.posterior.cumulative(from)
                guard confidence >= leastConfidence else { return nil }
                return Judgment(
                    query: query,
                    object: object,
                    grade: grade,
                    confidence: min(max(confidence, 0), 1),
                    evidence: evidence
                )
            }
        }
    }
}
