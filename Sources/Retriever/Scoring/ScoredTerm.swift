internal import CScorer
internal import Catalog

/// A term of a query with what scoring needs.
struct ScoredTerm {
    let list: PostingList
    let idf: Double
    /// No posting of the term scores more (any frequency, any length): idf x (k1 + 1).
    let bound: Float

    init(list: PostingList, products: Int64) {
        self.list = list
        idf = BM25.idf(products: products, documentFrequency: list.documentFrequency)
        bound = Float(idf * (AISLE_K1 + 1))
    }

    /// Calls `body` with the term's postings in a range as the C kernels take them; not called where there are none.
    func withRange(_ range: Int, table: FrequencyTable, _ body: (UnsafePointer<aisle_postings_range>) -> Void) {
        guard let slice = list.slice(range) else { return }
        table.fast.withUnsafeBufferPointer { fast in
            table.exact.withUnsafeBufferPointer { exact in
                var postings = aisle_postings_range(
                    documents: slice.documents,
                    patterns: slice.patterns,
                    exceptions: slice.exceptions,
                    frequencies: slice.frequencies,
                    count: UInt32(slice.count),
                    exception_count: UInt32(slice.exceptionCount),
                    weight: bound,
                    pattern_frequencies: fast.baseAddress,
                    exact_frequencies: exact.baseAddress
                )
                body(&postings)
            }
        }
    }

    /// The term's weighted frequency in a document, 0 where it does not occur.
    func frequency(of number: DocumentNumber, table: FrequencyTable) -> Double {
        var frequency = 0.0
        withRange(DocumentRange.range(of: number), table: table) { postings in
            let index = aisle_find(
                postings.pointee.documents,
                postings.pointee.count,
                UInt16(truncatingIfNeeded: number)
            )
            if index >= 0 { frequency = aisle_exact_frequency(postings, UInt32(index)) }
        }
        return frequency
    }
}
