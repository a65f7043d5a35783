public import Retriever

/// How the first stage matched a candidate; ordered as the first stage orders, ties aside.
public struct WordMatch: Sendable, Comparable {
    /// BM25: higher is better.
    public var bm25: Double
    /// False where it has only some of the words and others have all.
    public var hasAllWords: Bool

    /// A match.
    public init(bm25: Double, hasAllWords: Bool = true) {
        self.bm25 = bm25
        self.hasAllWords = hasAllWords
    }

    /// The match of a first-stage hit.
    public init(_ hit: Hit) {
        self.init(bm25: hit.score, hasAllWords: hit.hasAllWords)
    }

    /// Whether the first stage puts `right` before `left`.
    public static func < (left: WordMatch, right: WordMatch) -> Bool {
        left.hasAllWords == right.hasAllWords ? left.bm25 < right.bm25 : right.hasAllWords
    }
}
