internal import Catalog

/// A document with its exact score.
struct ScoredDocument: Sendable, Hashable {
    let number: DocumentNumber
    let score: Double
}

/// Scores documents one by one in double precision, term by term in the query's order, as FTS5's `bm25()` does.
struct ExactScorer {
    let terms: [ScoredTerm]
    let table: FrequencyTable
    let snapshot: IndexSnapshot

    func score(_ number: DocumentNumber) -> Double {
        contributions(number).reduce(0, +)
    }

    /// What each term adds, in the order of the terms.
    func contributions(_ number: DocumentNumber) -> [Double] {
        let norm = BM25.norm(length: snapshot.columns.length(number), meanLength: snapshot.statistics.meanLength)
        return terms.map { term in
            BM25.score(idf: term.idf, frequency: term.frequency(of: number, table: table), norm: norm)
        }
    }

    /// The best `count` of the candidates: by score, equal scores by product id.
    func best(_ count: Int, of candidates: [DocumentNumber]) -> [ScoredDocument] {
        let columns = snapshot.columns
        var scored = candidates.map {
            (document: ScoredDocument(number: $0, score: score($0)), order: columns.order($0))
        }
        scored.sort { left, right in
            left.document.score == right.document.score
                ? left.order < right.order : left.document.score > right.document.score
        }
        return scored.prefix(count).map(\.document)
    }
}
