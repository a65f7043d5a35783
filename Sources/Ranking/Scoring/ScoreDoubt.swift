import Reranker

/// Tells scores that can be believed from those that cannot.
enum ScoreDoubt {
    /// Log-odds beyond this are a fault: 32-bit probabilities end at 104.
    static let mostMargin = 200.0
    /// Fewer texts may well be equally relevant.
    static let leastTexts = 3

    /// Why the scores of these texts are not to be used; nil: they are.
    static func reason(_ scores: [RelevanceScore?], of texts: [String]) -> RerankReason? {
        guard scores.count == texts.count else { return .wrongCount(expected: texts.count, actual: scores.count) }
        var distinct = Set<String>()
        var margins = Set<Double>()
        for (index, score) in scores.enumerated() {
            guard let margin = score?.margin else { continue }
            guard margin.isFinite else { return .notFinite(candidate: index + 1) }
            guard abs(margin) <= mostMargin else { return .outOfRange(candidate: index + 1, margin: margin) }
            distinct.insert(texts[index])
            margins.insert(margin)
        }
        if margins.count == 1, let margin = margins.first, distinct.count >= leastTexts {
            return .constant(margin: margin, candidates: scores.count { $0 != nil })
        }
        return nil
    }
}
