internal import Catalog

/// A set of documents: one bit each, range by range.
struct DocumentSet: Sendable {
    /// Words of 64 documents; 1,024 a range; an empty array is an empty range.
    private var ranges: [[UInt64]]

    private static let wordsPerRange = DocumentRange.capacity / 64

    init(rangeCount: Int) {
        ranges = Array(repeating: [], count: rangeCount)
    }

    func isEmpty(_ range: Int) -> Bool { ranges[range].isEmpty }

    /// The words of a range, nil where it is empty.
    func words(_ range: Int) -> [UInt64]? { ranges[range].isEmpty ? nil : ranges[range] }

    func contains(_ range: Int, _ document: UInt16) -> Bool {
        let words = ranges[range]
        return !words.isEmpty && words[Int(document >> 6)] >> UInt64(document & 63) & 1 == 1
    }

    mutating func insert(_ number: DocumentNumber) {
        let range = DocumentRange.range(of: number)
        if ranges[range].isEmpty { ranges[range] = Array(repeating: 0, count: Self.wordsPerRange) }
        ranges[range][Int(number & 0xFFFF) >> 6] |= 1 << UInt64(number & 63)
    }

    /// Documents of a range.
    func count(_ range: Int) -> Int {
        ranges[range].reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// Writes the documents of a range, in rising order, and returns how many there are.
    func copyDocuments(_ range: Int, to documents: UnsafeMutablePointer<UInt16>) -> Int {
        var count = 0
        for (index, word) in ranges[range].enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                documents[count] = UInt16(index * 64 + rest.trailingZeroBitCount)
                count += 1
                rest &= rest - 1
            }
        }
        return count
    }

    /// Calls `body` with each document in rising order.
    func forEach(_ body: (DocumentNumber) -> Void) {
        for (range, words) in ranges.enumerated() {
            for (index, word) in words.enumerated() where word != 0 {
                var rest = word
                while rest != 0 {
                    body(DocumentNumber(range) << 16 | DocumentNumber(index * 64 + rest.trailingZeroBitCount))
                    rest &= rest - 1
                }
            }
        }
    }

    mutating func insert(_ list: PostingList) {
        for slice in list.slices where slice.range < ranges.count {
            if ranges[slice.range].isEmpty { ranges[slice.range] = Array(repeating: 0, count: Self.wordsPerRange) }
            ranges[slice.range].withUnsafeMutableBufferPointer { words in
                let documents = UnsafeRawPointer(slice.documents)
                for index in 0..<slice.count {
                    let document = documents.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
                    words[Int(document >> 6)] |= 1 << UInt64(document & 63)
                }
            }
        }
    }

    mutating func formUnion(_ other: DocumentSet) {
        combine(with: other) { $0 | $1 }
    }

    mutating func formIntersection(_ other: DocumentSet) {
        combine(with: other) { $0 & $1 }
    }

    /// Documents that are not in this set but in `all`.
    func complement(in all: DocumentSet) -> DocumentSet {
        var result = all
        result.combine(with: self) { $0 & ~$1 }
        return result
    }

    private mutating func combine(with other: DocumentSet, _ operation: (UInt64, UInt64) -> UInt64) {
        for range in ranges.indices {
            if ranges[range].isEmpty, other.ranges[range].isEmpty { continue }
            let left = ranges[range]
            let right = other.ranges[range]
            var result = [UInt64](repeating: 0, count: Self.wordsPerRange)
            var any: UInt64 = 0
            for word in 0..<Self.wordsPerRange {
                let value = operation(left.isEmpty ? 0 : left[word], right.isEmpty ? 0 : right[word])
                result[word] = value
                any |= value
            }
            ranges[range] = any == 0 ? [] : result
        }
    }
}
