internal import CScorer
internal import Catalog

/// The best documents that have at least one of the terms (MaxScore, a range of 65,536 documents at a time).
///
/// Terms are split by their bounds: once the count-th best score exceeds what the commonest terms can add together,
/// those are looked up only in documents that the rarer terms brought up. Turtle and Flood 1995; Strohman et al. 2005.
struct DisjunctionScorer {
    let snapshot: IndexSnapshot
    let table: FrequencyTable
    /// In falling order of bound.
    private let terms: [ScoredTerm]
    /// What the terms from each on can add at most together.
    private let tails: [Float]

    /// Ranges with fewer postings than this are scored without sweeping all documents.
    private static let sparse = 6144

    init(terms: [ScoredTerm], table: FrequencyTable, snapshot: IndexSnapshot) {
        self.snapshot = snapshot
        self.table = table
        self.terms = terms.filter { $0.list.documentFrequency > 0 }.sorted { $0.bound > $1.bound }
        var sum: Float = 0
        tails = self.terms.reversed().map { term in
            sum += term.bound
            return sum
        }.reversed()
    }

    /// Adds what can be among the best to `top`.
    ///
    /// `allows` is the filter; `proceed` is asked before each range.
    func collect(into top: inout TopDocuments, scratch: ScoringScratch, allows: DocumentSet?, proceed: () -> Bool)
        throws
    {
        for range in 0..<snapshot.columns.rangeCount {
            guard proceed() else { throw RetrieverError.cancelled }
            if let allows, allows.isEmpty(range) { continue }
            if let allows, isSelective(allows, range) {
                collectAllowed(range, allows, into: &top, scratch)
                continue
            }
            let threshold = top.threshold
            var essential = terms.count
            while essential > 0, tails[essential - 1] < threshold { essential -= 1 }
            var count = accumulate(range, terms[..<essential], scratch, threshold: threshold, tail: essential)
            let first = DocumentNumber(range) << 16
            for index in essential..<terms.count where count > 0 {
                count = addLookups(range, index, count, scratch, threshold: threshold)
            }
            let bits = allows?.words(range)
            for index in 0..<Int(count) {
                let document = scratch.documents[index]
                if let bits, bits[Int(document >> 6)] >> UInt64(document & 63) & 1 == 0 { continue }
                top.add(scratch.kept[index], first | DocumentNumber(document))
            }
        }
    }

    /// Whether looking the terms up in the documents that pass beats reading the terms.
    private func isSelective(_ allows: DocumentSet, _ range: Int) -> Bool {
        let postings = terms.reduce(0) { $0 + ($1.list.slice(range)?.count ?? 0) }
        return allows.count(range) * terms.count * Self.lookupCost < postings
    }

    /// Looking a term up in a document costs about as much as reading this many postings.
    private static let lookupCost = 8

    private func collectAllowed(
        _ range: Int,
        _ allows: DocumentSet,
        into top: inout TopDocuments,
        _ scratch: ScoringScratch
    ) {
        let count = allows.copyDocuments(range, to: scratch.documents)
        scratch.kept.update(repeating: 0, count: count)
        for term in terms {
            term.withRange(range, table: table) {
                aisle_accumulate_candidates(
                    $0,
                    snapshot.columns.norms(range),
                    scratch.documents,
                    UInt32(count),
                    scratch.kept
                )
            }
        }
        let first = DocumentNumber(range) << 16
        for index in 0..<count { top.add(scratch.kept[index], first | DocumentNumber(scratch.documents[index])) }
    }

    /// Scores the essential terms; leaves the documents that can still pass in the scratch, sorted.
    private func accumulate(
        _ range: Int,
        _ essential: ArraySlice<ScoredTerm>,
        _ scratch: ScoringScratch,
        threshold: Float,
        tail: Int
    ) -> UInt32 {
        let postings = essential.reduce(0) { sum, term in
            sum + (term.list.slice(range).map { $0.count + $0.exceptionCount } ?? 0)
        }
        guard postings > 0 else { return 0 }
        let norms = snapshot.columns.norms(range)
        // Below zero never: a document that matched nothing must not pass.
        let pass = max(threshold - (tail < tails.count ? tails[tail] : 0), 0)
        var matched: UInt32 = 0
        guard postings < Self.sparse else {
            for term in essential {
                term.withRange(range, table: table) { aisle_accumulate($0, norms, scratch.scores) }
            }
            return aisle_sweep(scratch.scores, pass, scratch.documents, scratch.kept, &matched)
        }
        scratch.reserveTouched(postings)
        var touched: UInt32 = 0
        for term in essential {
            term.withRange(range, table: table) {
                touched = aisle_accumulate_touched($0, norms, scratch.scores, scratch.touched, touched)
            }
        }
        let count = aisle_sweep_touched(
            scratch.scores,
            scratch.touched,
            touched,
            pass,
            scratch.documents,
            scratch.kept,
            &matched
        )
        if tail < terms.count { aisle_sort_candidates(scratch.documents, scratch.kept, count) }
        return count
    }

    /// Adds one non-essential term to the documents in the scratch and drops those that cannot pass any more.
    private func addLookups(
        _ range: Int,
        _ index: Int,
        _ count: UInt32,
        _ scratch: ScoringScratch,
        threshold: Float
    ) -> UInt32 {
        terms[index].withRange(range, table: table) {
            aisle_accumulate_candidates(
                $0,
                snapshot.columns.norms(range),
                scratch.documents,
                count,
                scratch.kept
            )
        }
        let rest = index + 1 < tails.count ? tails[index + 1] : 0
        var left = 0
        for place in 0..<Int(count) where scratch.kept[place] + rest >= threshold {
            scratch.documents[left] = scratch.documents[place]
            scratch.kept[left] = scratch.kept[place]
            left += 1
        }
        return UInt32(left)
    }
}
