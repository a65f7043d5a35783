internal import CScorer
internal import Catalog

extension PostingList {
    /// Several terms taken as one, as FTS5 takes synonyms: frequencies add up, the document frequency is the union's.
    static func joining(_ lists: [PostingList], table: FrequencyTable, columns: DocumentColumns) -> PostingList {
        let lists = lists.filter { !$0.slices.isEmpty }
        guard lists.count > 1 else { return lists.first ?? .empty }
        let scratch = UnsafeMutablePointer<Double>.allocate(capacity: DocumentRange.capacity)
        scratch.initialize(repeating: 0, count: DocumentRange.capacity)
        let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: DocumentRange.capacity / 64)
        bits.initialize(repeating: 0, count: DocumentRange.capacity / 64)
        defer {
            scratch.deallocate()
            bits.deallocate()
        }
        var ranges: [(Int, [UInt16], [Double])] = []
        var live: Int64 = 0
        for range in Set(lists.flatMap { $0.slices.map(\.range) }).sorted() {
            let size = min(lists.reduce(0) { $0 + ($1.slice(range)?.count ?? 0) }, DocumentRange.capacity)
            var frequencies = [Double](repeating: 0, count: size)
            var documents = [UInt16](repeating: 0, count: size)
            let count = join(lists, range, table, scratch, bits, &documents, &frequencies)
            documents.removeLast(size - count)
            frequencies.removeLast(size - count)
            let norms = columns.norms(range)
            live += documents.reduce(into: 0) { $0 += norms[Int($1)].isFinite ? 1 : 0 }
            ranges.append((range, documents, frequencies))
        }
        return PostingList(documentFrequency: live, ranges: ranges)
    }

    private static func join(
        _ lists: [PostingList],
        _ range: Int,
        _ table: FrequencyTable,
        _ scratch: UnsafeMutablePointer<Double>,
        _ bits: UnsafeMutablePointer<UInt64>,
        _ documents: inout [UInt16],
        _ frequencies: inout [Double]
    ) -> Int {
        table.withPointers { fast, exact in
            let postings = lists.compactMap { $0.slice(range)?.postings(weight: 0, fast: fast, exact: exact) }
            return Int(aisle_join(postings, UInt32(postings.count), scratch, bits, &documents, &frequencies))
        }
    }
}
