import CScorer
import Statistics
import Testing

@Suite("C kernels on lists of documents do what scalar Swift does")
struct DocumentListKernelTests {
    /// A list as it lies in a blob: at an odd address where `isMisaligned`.
    struct Blob {
        var bytes: [UInt8]
        let offset: Int
        let count: Int

        init(_ documents: [UInt16], isMisaligned: Bool) {
            offset = isMisaligned ? 1 : 0
            count = documents.count
            bytes = [UInt8](repeating: 0xEE, count: offset)
            for document in documents { bytes += [UInt8(document & 0xFF), UInt8(document >> 8)] }
            bytes += [0xEE, 0xEE]
        }

        func withPointer<Value>(_ body: (UnsafePointer<UInt8>, UInt32) -> Value) -> Value {
            bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { preconditionFailure("there are always some bytes") }
                return body(base + offset, UInt32(count))
            }
        }
    }

    /// Distinct documents in rising order, the first and the last of a range among them now and then.
    static func documents(_ count: Int, below limit: Int, _ random: inout SplitMix64) -> [UInt16] {
        var set: Set<UInt16> = []
        if count > 2, Bool.random(using: &random) { set = [0, 65535] }
        while set.count < count {
            let value = Bool.random(using: &random) ? Int.random(in: 0..<limit, using: &random) : 65535 - set.count
            set.insert(UInt16(value))
        }
        return set.sorted()
    }

    /// Small sizes all, then pairs so unequal that the kernels seek instead of reading.
    static func pairs(_ seed: UInt64) -> [([UInt16], [UInt16])] {
        var random = SplitMix64(seed: seed)
        var pairs: [([UInt16], [UInt16])] = []
        for left in 0...40 {
            for right in stride(from: 0, through: 40, by: left % 3 + 1) {
                let limit = [64, 200, 65536][(left + right) % 3]
                pairs.append((documents(left, below: limit, &random), documents(right, below: limit, &random)))
            }
        }
        for (left, right) in [(3, 3000), (3000, 3), (1, 20000), (500, 500), (0, 5000), (5000, 0), (100, 1601)] {
            pairs.append((documents(left, below: 65536, &random), documents(right, below: 65536, &random)))
        }
        let all = (0...UInt16.max).map { $0 }
        return pairs + [(all, documents(9, below: 65536, &random)), (documents(9, below: 65536, &random), all)]
    }

    @Test("intersection, difference and union of lists of any size, aligned or not", arguments: [false, true])
    func sets(isMisaligned: Bool) {
        for (left, right) in Self.pairs(31) {
            let blob = Blob(right, isMisaligned: isMisaligned)
            let rightSet = Set(right)
            var out = [UInt16](repeating: 0xABCD, count: left.count + right.count + 1)
            var count = blob.withPointer { aisle_intersect(left, UInt32(left.count), $0, $1, &out) }
            #expect(Array(out.prefix(Int(count))) == left.filter(rightSet.contains), "\(left.count) and \(right.count)")
            count = blob.withPointer { aisle_subtract(left, UInt32(left.count), $0, $1, &out) }
            #expect(Array(out.prefix(Int(count))) == left.filter { !rightSet.contains($0) })
            out = [UInt16](repeating: 0xABCD, count: left.count + right.count + 1)
            count = blob.withPointer { aisle_union(left, UInt32(left.count), $0, $1, &out) }
            let union = rightSet.union(left).sorted()
            #expect(Array(out.prefix(Int(count))) == union)
            #expect(out[union.count...].allSatisfy { $0 == 0xABCD }, "nothing is written behind the union")
        }
    }

    @Test("intersection and difference may write over their left side")
    func inPlace() {
        for (left, right) in Self.pairs(32) {
            let blob = Blob(right, isMisaligned: true)
            let rightSet = Set(right)
            var place = left + [7]
            var count = place.withUnsafeMutableBufferPointer { buffer in
                blob.withPointer { pointer, size in
                    buffer.baseAddress.map { aisle_intersect($0, UInt32(left.count), pointer, size, $0) } ?? 0
                }
            }
            #expect(Array(place.prefix(Int(count))) == left.filter(rightSet.contains))
            place = left + [7]
            count = place.withUnsafeMutableBufferPointer { buffer in
                blob.withPointer { pointer, size in
                    buffer.baseAddress.map { aisle_subtract($0, UInt32(left.count), pointer, size, $0) } ?? 0
                }
            }
            #expect(Array(place.prefix(Int(count))) == left.filter { !rightSet.contains($0) })
        }
    }

    @Test("a document is found at its place, and only where it is", arguments: [false, true])
    func find(isMisaligned: Bool) {
        var random = SplitMix64(seed: 33)
        for size in Array(0...40) + [1000, 65536] {
            let list = size == 65536 ? (0...UInt16.max).map { $0 } : Self.documents(size, below: 300, &random)
            let blob = Blob(list, isMisaligned: isMisaligned)
            let asked =
                Array(list.prefix(60)) + (0..<40).map { _ in UInt16.random(in: 0...310, using: &random) } + [0, 65535]
            for document in asked {
                let place = blob.withPointer { aisle_find($0, $1, document) }
                #expect(Int(place) == list.firstIndex(of: document) ?? -1, "\(document) in \(size)")
            }
        }
    }

    @Test("candidates are sorted with their scores")
    func sort() {
        var random = SplitMix64(seed: 34)
        for size in Array(0...40) + [57, 58, 999, 6144, 30000] {
            let sorted = Self.documents(size, below: 65536, &random)
            var documents = size % 2 == 0 ? sorted.shuffled(using: &random) : Array(sorted.reversed())
            var scores = documents.map { Float($0) + 0.5 }
            aisle_sort_candidates(&documents, &scores, UInt32(size))
            #expect(documents == sorted, "\(size)")
            #expect(scores == sorted.map { Float($0) + 0.5 })
        }
    }
}
