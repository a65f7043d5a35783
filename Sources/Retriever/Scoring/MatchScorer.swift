internal import CScorer
internal import Catalog

/// All documents that have every unit of a query, range by range, scored.
///
/// For totals, facets, sorting and "all terms".
struct MatchScorer {
    let snapshot: IndexSnapshot
    let table: FrequencyTable
    let terms: [ScoredTerm]
    /// What a document must have: for every unit, all terms of one of its alternatives (indices into `terms`).
    ///
    /// No units: any document that has one of the terms.
    let units: [[[Int]]]

    /// Calls `body` with each range's matches: documents in rising order with their approximate scores.
    func forEachRange(
        scratch: ScoringScratch,
        allows: DocumentSet?,
        proceed: () -> Bool,
        _ body: (Int, UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<Float>) -> Void
    ) throws {
        for range in 0..<snapshot.columns.rangeCount {
            guard proceed() else { throw RetrieverError.cancelled }
            if let allows, allows.isEmpty(range) { continue }
            var count = units.isEmpty ? anyTerm(range, scratch) : allUnits(range, scratch)
            count = filtered(range, count, scratch, allows: allows)
            guard count > 0 else { continue }
            scratch.kept.update(repeating: 0, count: count)
            let norms = snapshot.columns.norms(range)
            for term in terms {
                term.withRange(range, table: table) {
                    aisle_accumulate_candidates($0, norms, scratch.documents, UInt32(count), scratch.kept)
                }
            }
            body(
                range,
                UnsafeBufferPointer(start: scratch.documents, count: count),
                UnsafeBufferPointer(start: scratch.kept, count: count)
            )
        }
    }

    /// Every live document of the range that has one of the terms, into `scratch.documents`.
    private func anyTerm(_ range: Int, _ scratch: ScoringScratch) -> Int {
        let norms = snapshot.columns.norms(range)
        for term in terms {
            term.withRange(range, table: table) { aisle_accumulate($0, norms, scratch.scores) }
        }
        var matched: UInt32 = 0
        return Int(aisle_sweep(scratch.scores, 0, scratch.documents, scratch.kept, &matched))
    }

    /// The documents of the range that have all units, into `scratch.documents`.
    private func allUnits(_ range: Int, _ scratch: ScoringScratch) -> Int {
        // The rarest unit first: everything after it only gets smaller.
        let units = self.units.sorted { upperBound($0, range) < upperBound($1, range) }
        guard let first = units.first else { return 0 }
        var count = Int(copyUnit(first, range, scratch))
        for unit in units.dropFirst() where count > 0 {
            count = Int(intersect(unit, range, count, scratch))
        }
        // A deleted document's postings are still there; its norm is infinite.
        let norms = snapshot.columns.norms(range)
        return keep(count, scratch) { norms[Int($0)].isFinite }
    }

    private func upperBound(_ unit: [[Int]], _ range: Int) -> Int {
        unit.reduce(0) { sum, alternative in
            sum + (alternative.map { terms[$0].list.slice(range)?.count ?? 0 }.min() ?? 0)
        }
    }

    /// Documents of one unit into `scratch.documents`.
    private func copyUnit(_ unit: [[Int]], _ range: Int, _ scratch: ScoringScratch) -> UInt32 {
        var total: UInt32 = 0
        for alternative in unit {
            guard let rarest = alternative.min(by: { sliceCount($0, range) < sliceCount($1, range) }),
                let slice = terms[rarest].list.slice(range)
            else { continue }
            // An empty left side turns union into copying.
            var count = aisle_union(scratch.spare, 0, slice.documents, UInt32(slice.count), scratch.spare)
            for index in alternative where index != rarest {
                count = intersectSpare(index, range, count, scratch)
            }
            total = addSpare(count, to: total, scratch)
        }
        return total
    }

    /// Keeps those of the `count` documents that have the unit.
    private func intersect(_ unit: [[Int]], _ range: Int, _ count: Int, _ scratch: ScoringScratch) -> UInt32 {
        if unit.count == 1, unit[0].count == 1 {
            guard let slice = terms[unit[0][0]].list.slice(range) else { return 0 }
            return aisle_intersect(
                scratch.documents,
                UInt32(count),
                slice.documents,
                UInt32(slice.count),
                scratch.documents
            )
        }
        // Found documents gather in `touched`, the union so far.
        scratch.reserveTouched(DocumentRange.capacity)
        var found: UInt32 = 0
        for alternative in unit {
            scratch.spare.update(from: scratch.documents, count: count)
            var left = UInt32(count)
            for index in alternative { left = intersectSpare(index, range, left, scratch) }
            guard left > 0 else { continue }
            found = unite(scratch.touched, found, scratch.spare, left, scratch)
            scratch.touched.update(from: scratch.union, count: Int(found))
        }
        scratch.documents.update(from: scratch.touched, count: Int(found))
        return found
    }

    private func intersectSpare(_ index: Int, _ range: Int, _ count: UInt32, _ scratch: ScoringScratch) -> UInt32 {
        guard let slice = terms[index].list.slice(range) else { return 0 }
        return aisle_intersect(scratch.spare, count, slice.documents, UInt32(slice.count), scratch.spare)
    }

    /// Unites `scratch.spare` into `scratch.documents`.
    private func addSpare(_ count: UInt32, to total: UInt32, _ scratch: ScoringScratch) -> UInt32 {
        guard count > 0 else { return total }
        let united = unite(scratch.documents, total, scratch.spare, count, scratch)
        scratch.documents.update(from: scratch.union, count: Int(united))
        return united
    }

    /// Union of two sets into `scratch.union`.
    private func unite(
        _ left: UnsafePointer<UInt16>,
        _ leftCount: UInt32,
        _ right: UnsafePointer<UInt16>,
        _ rightCount: UInt32,
        _ scratch: ScoringScratch
    ) -> UInt32 {
        aisle_union(
            left,
            leftCount,
            UnsafeRawPointer(right).assumingMemoryBound(to: UInt8.self),
            rightCount,
            scratch.union
        )
    }

    private func sliceCount(_ index: Int, _ range: Int) -> Int { terms[index].list.slice(range)?.count ?? 0 }

    private func filtered(_ range: Int, _ count: Int, _ scratch: ScoringScratch, allows: DocumentSet?) -> Int {
        guard let words = allows?.words(range) else { return count }
        return words.withUnsafeBufferPointer { words in
            keep(count, scratch) { words[Int($0 >> 6)] >> UInt64($0 & 63) & 1 == 1 }
        }
    }

    private func keep(_ count: Int, _ scratch: ScoringScratch, _ passes: (UInt16) -> Bool) -> Int {
        var left = 0
        for index in 0..<count {
            let document = scratch.documents[index]
            scratch.documents[left] = document
            if passes(document) { left += 1 }
        }
        return left
    }
}
