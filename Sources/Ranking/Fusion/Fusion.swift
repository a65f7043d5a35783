public import Reranker

/// How the orders of both stages become one.
public enum Fusion: Sendable, Hashable, CustomStringConvertible {
    /// The reranker's margins alone.
    case rerank
    /// Reciprocal rank fusion: `1 / (k + rank)` of both orders, added (Cormack, Clarke and Buettcher, 2009).
    ///
    /// Equal scores have equal ranks; `k` is above 0.
    case reciprocalRank(k: Double)
    /// `margin + weight x bm25 / best bm25`, and `weight` more for a candidate with all words where others have only
    /// some: the best match of words is worth `weight` log-odds more than none, and that nothing is missing as much.
    ///
    /// Margins are log-odds, which mean the same in every query, and stay as they are. BM25 has a scale of its own in
    /// every query: divided by the best candidate's it is in 0...1, whatever the number of candidates. (By the range
    /// from worst to best it would depend on that number; by mean and deviation, margins that differ by noise only
    /// would be blown up.) So what words can do is bounded: they decide between candidates of like relevance and lift
    /// nothing over a candidate that is more relevant by `weight` log-odds, or twice that where words are missing.
    case weighted(Double)

    /// The usual constant of reciprocal rank fusion.
    public static let reciprocalRank = Fusion.reciprocalRank(k: 60)
    /// What stage `fused` is unless told, where the model's makers say nothing; see `docs/decisions`.
    public static let standard = Fusion.weighted(1)

    /// What stage `fused` is unless told.
    public static func standard(for backend: BackendDescription?) -> Fusion {
        backend?.firstStageWeight.map { .weighted($0) } ?? .standard
    }

    /// As it is written: `rerank`, `rrf`, `rrf:20`, `weighted:1.5`.
    public var description: String {
        switch self {
        case .rerank: "rerank"
        case .reciprocalRank(let k): "rrf:\(k)"
        case .weighted(let weight): "weighted:\(weight)"
        }
    }

    /// Reads `rerank`, `rrf`, `rrf:K` (K above 0), `weighted` and `weighted:W` (W from 0).
    ///
    /// - Throws: `RankingError.badFusion`.
    public init(parsing text: String) throws(RankingError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let number = parts.count > 1 ? Double(parts[1]) : nil
        let isReadable = parts.count == 1 || number.map { $0.isFinite && $0 <= 10_000 } ?? false
        switch (parts.first?.lowercased(), number) {
        case ("rerank", nil) where parts.count == 1: self = .rerank
        case ("rrf", let k) where isReadable && k ?? 60 > 0: self = .reciprocalRank(k: k ?? 60)
        case ("weighted", let weight) where isReadable && weight ?? 0 >= 0: self = .weighted(weight ?? 1)
        default: throw .badFusion(text)
        }
    }
}

/// What a candidate is ordered by, and what it is made of.
public struct FusedScore: Sendable, Equatable {
    /// One summand.
    public struct Term: Sendable, Equatable {
        /// What it comes from.
        public var name: String
        /// What it adds.
        public var value: Double
    }

    /// The sum; comparable within one answer only.
    public var value: Double
    /// The summands.
    public var terms: [Term]

    init(_ terms: [Term]) {
        self.terms = terms
        value = terms.reduce(0) { $0 + $1.value }
    }
}

extension Fusion {
    /// What one log-odd of click evidence is worth on the scale of the scores.
    var vote: Double {
        switch self {
        case .rerank, .weighted: 1
        case .reciprocalRank(let k): 1 / (k + 1)
        }
    }

    /// The places of candidates in the fused order, best first.
    ///
    /// Candidates without a margin come last, in first-stage order; ties keep first-stage order.
    ///
    /// - Parameters:
    ///   - margins: Finite log-odds, or nil, of candidates in first-stage order.
    ///   - firstStage: How their words match, as many.
    /// - Returns: Each place once.
    public func ranking(margins: [Double?], firstStage: [WordMatch]) -> [Int] {
        Self.order(scores(margins: margins, firstStage: firstStage))
    }

    /// The fused scores of candidates in first-stage order; nil for those without a margin.
    ///
    /// Ranks are counted among the candidates that have a margin: the others take no part.
    ///
    /// - Parameters:
    ///   - margins: Finite log-odds, or nil.
    ///   - firstStage: How their words match, as many.
    /// - Returns: One entry a candidate.
    func scores(margins: [Double?], firstStage: [WordMatch]) -> [FusedScore?] {
        switch self {
        case .rerank:
            return margins.map { margin in margin.map { FusedScore([.init(name: "margin", value: $0)]) } }
        case .reciprocalRank(let k):
            let scored = margins.indices.filter { margins[$0] != nil }
            let byMargin = Self.ranks(scored, by: margins.map { $0 ?? 0 })
            let byWords = Self.ranks(scored, by: firstStage)
            return margins.indices.map { place in
                guard let words = byWords[place], let rank = byMargin[place] else { return nil }
                return FusedScore([
                    .init(name: "1/(\(k)+\(rank)) reranker", value: 1 / (k + Double(rank))),
                    .init(name: "1/(\(k)+\(words)) bm25", value: 1 / (k + Double(words))),
                ])
            }
        case .weighted(let weight):
            let best = firstStage.map(\.bm25).max() ?? 0
            let isMixed = !firstStage.allSatisfy(\.hasAllWords)
            return margins.indices.map { place in
                margins[place].map { margin in
                    let match = firstStage[place]
                    let share = best > 0 ? max(match.bm25, 0) / best : 0
                    var terms: [FusedScore.Term] = [
                        .init(name: "margin", value: margin),
                        .init(name: "\(weight) x bm25/best", value: weight * share),
                    ]
                    if isMixed, match.hasAllWords { terms.append(.init(name: "all words", value: weight)) }
                    return FusedScore(terms)
                }
            }
        }
    }

    /// The ranks of places from 1, the highest value first; equal values share the better rank.
    private static func ranks(_ places: [Int], by values: [some Comparable]) -> [Int: Int] {
        let order = places.sorted { values[$0] > values[$1] || values[$0] == values[$1] && $0 < $1 }
        var ranks: [Int: Int] = [:]
        var rank = 1
        for (index, place) in order.enumerated() {
            if index > 0, values[place] < values[order[index - 1]] { rank = index + 1 }
            ranks[place] = rank
        }
        return ranks
    }

    /// The places of candidates in the fused order: scored ones first, then the others in first-stage order.
    ///
    /// Equal scores keep their first-stage order, in which ties are broken by product id.
    static func order(_ scores: [FusedScore?]) -> [Int] {
        scores.indices.sorted { left, right in
            switch (scores[left]?.value, scores[right]?.value) {
            case (let a?, let b?): (b, left) < (a, right)
            case (.some, nil): true
            case (nil, .some): false
            case (nil, nil): left < right
            }
        }
    }
}
