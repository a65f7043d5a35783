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
        table.withPointers { fast, exact in
            var postings = slice.postings(weight: bound, fast: fast, exact: exact)
            body(&postings)
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

extension PostingList.Slice {
    /// The slice as the C kernels take it; the addresses of the frequency table have to stay valid.
    func postings(
        weight: Float,
        fast: UnsafePointer<Float>?,
        exact: UnsafePointer<Double>?
    ) -> aisle_postings_range {
        aisle_postings_range(
            documents: documents,
            patterns: patterns,
            exceptions: exceptions,
            frequencies: frequencies,
            count: UInt32(count),
            exception_count: UInt32(exceptionCount),
            weight: weight,
            pattern_frequencies: fast,
            exact_frequencies: exact
        )
    }
}

extension FrequencyTable {
    /// Lends the table to the C kernels.
    func withPointers<Result>(
        _ body: (UnsafePointer<Float>?, UnsafePointer<Double>?) -> Result
    ) -> Result {
        fast.withUnsafeBufferPointer { fast in
            exact.withUnsafeBufferPointer { exact in body(fast.baseAddress, exact.baseAddress) }
        }
    }
}
