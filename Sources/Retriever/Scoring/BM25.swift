internal import CScorer
internal import Catalog
internal import Foundation

/// BM25 exactly as FTS5's `bm25()` defines it (sqlite.org/fts5.html#the_bm25_function), with the sign turned: higher is
/// better.
enum BM25 {
    /// Inverse document frequency, at least 1e-6 as in FTS5.
    static func idf(products: Int64, documentFrequency: Int64) -> Double {
        let idf = log((Double(products - documentFrequency) + 0.5) / (Double(documentFrequency) + 0.5))
        return idf <= 0 ? 1e-6 : idf
    }

    /// `k1 x (1 - b + b x length / mean)`, the part of the denominator that is the document's.
    static func norm(length: UInt32, meanLength: Double) -> Double {
        AISLE_K1 * (1 - AISLE_B + AISLE_B * Double(length) / meanLength)
    }

    /// One term's contribution; the operations stand in FTS5's order, so the result is the same to the bit.
    static func score(idf: Double, frequency: Double, norm: Double) -> Double {
        idf * ((frequency * (AISLE_K1 + 1)) / (frequency + norm))
    }
}
