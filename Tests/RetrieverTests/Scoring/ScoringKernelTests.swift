import CScorer
import Statistics
import Testing

@testable import Retriever

@Suite("C kernels add up BM25 as scalar Swift does")
struct ScoringKernelTests {
    /// A random posting list with what it means, posting by posting.
    struct List {
        var documents: [UInt16]
        var patterns: [UInt16]
        /// Weighted frequency of each posting.
        var frequencies: [Double]
        let weight: Float
        let blob: DocumentListKernelTests.Blob
        let bytes: [UInt8]
        let exceptions: [UInt8]
        let isJoined: Bool

        static let exact = (0..<400).map { Double($0 % 37) * 0.5 }
        static let fast = (0..<256).map { $0 == 255 ? 0 : max(Float(exact[$0]), 1e-30) }

        init(_ size: Int, below limit: Int, isJoined: Bool, _ random: inout SplitMix64) {
            documents = DocumentListKernelTests.documents(size, below: limit, &random)
            patterns = documents.map { _ in
                UInt16(Int.random(in: 0..<8, using: &random) == 0 ? .random(in: 255..<400, using: &random) : 255 - 240)
                    &- UInt16.random(in: 0..<15, using: &random)
            }
            // 255 stands for "see the exceptions", so a rare pattern is one from 255 on.
            frequencies = patterns.map { Self.exact[Int($0)] }
            weight = Float.random(in: 0.001...9, using: &random)
            blob = DocumentListKernelTests.Blob(documents, isMisaligned: Bool.random(using: &random))
            bytes = patterns.map { UInt8(min($0, 255)) } + [0]
            var exceptions: [UInt8] = [0xEE]
            for (index, pattern) in patterns.enumerated() where pattern >= 255 {
                for value in [UInt16(index), pattern] { exceptions += [UInt8(value & 0xFF), UInt8(value >> 8)] }
            }
            self.exceptions = exceptions
            self.isJoined = isJoined
        }

        func withRange<Value>(_ body: (UnsafePointer<aisle_postings_range>) -> Value) -> Value {
            blob.withPointer { documents, count in
                bytes.withUnsafeBufferPointer { bytes in
                    exceptions.withUnsafeBufferPointer { exceptions in
                        frequencies.withUnsafeBufferPointer { frequencies in
                            Self.fast.withUnsafeBufferPointer { fast in
                                Self.exact.withUnsafeBufferPointer { exact in
                                    var range = aisle_postings_range(
                                        documents: documents,
                                        patterns: isJoined ? nil : bytes.baseAddress,
                                        exceptions: exceptions.baseAddress.map { $0 + 1 },
                                        frequencies: frequencies.baseAddress,
                                        count: count,
                                        exception_count: isJoined ? 0 : UInt32(exceptions.count / 4),
                                        weight: weight,
                                        pattern_frequencies: fast.baseAddress,
                                        exact_frequencies: exact.baseAddress
                                    )
                                    return body(&range)
                                }
                            }
                        }
                    }
                }
            }
        }

        func add(to scores: inout [UInt16: Double], norms: [Float]) {
            for (document, frequency) in zip(documents, frequencies) {
                let norm = Double(norms[Int(document)])
                scores[document, default: 0] += Double(weight) * max(frequency, 1e-30) / (max(frequency, 1e-30) + norm)
            }
        }
    }

    private static func norms(_ random: inout SplitMix64) -> [Float] {
        // One document in nine is deleted.
        (0..<Int(AISLE_RANGE)).map { _ in
            Int.random(in: 0..<9, using: &random) == 0 ? .infinity : Float.random(in: 0.3...8, using: &random)
        }
    }

    private static func isClose(_ score: Float, _ expected: Double) -> Bool {
        abs(Double(score) - expected) <= expected * 2e-6 + 1e-36
    }

    private static let sizes = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 40, 300, 5000]

    @Test(
        "accumulating and sweeping gives every live match once, in order, and leaves zeros",
        arguments: [false, true]
    )
    func accumulate(isJoined: Bool) {
        var random = SplitMix64(seed: 41)
        let norms = Self.norms(&random)
        var scores = [Float](repeating: 0, count: Int(AISLE_RANGE))
        var documents = [UInt16](repeating: 0, count: Int(AISLE_RANGE) + 1)
        var kept = [Float](repeating: 0, count: Int(AISLE_RANGE) + 1)
        for size in Self.sizes {
            let lists = (0..<3).map { _ in List(size, below: 65536, isJoined: isJoined, &random) }
            var expected: [UInt16: Double] = [:]
            for list in lists {
                list.add(to: &expected, norms: norms)
                list.withRange { aisle_accumulate($0, norms, &scores) }
            }
            let live = expected.filter { $0.value > 0 }
            let threshold: Float = size % 2 == 0 ? 0 : Float(live.values.max() ?? 0) / 2
            let above = expected.keys.filter { scores[Int($0)] > threshold }.sorted()
            var matched: UInt32 = 0
            let count = Int(aisle_sweep(&scores, threshold, &documents, &kept, &matched))
            #expect(Int(matched) == live.count, "size \(size)")
            #expect(Array(documents[..<count]) == above)
            if threshold == 0 { #expect(above == live.keys.sorted()) }
            #expect((0..<count).allSatisfy { Self.isClose(kept[$0], live[documents[$0]] ?? -1) })
            #expect(scores.max() == 0 && scores.min() == 0)
        }
    }

    @Test("accumulating with a list of touched documents gives the same", arguments: [false, true])
    func accumulateTouched(isJoined: Bool) {
        var random = SplitMix64(seed: 42)
        let norms = Self.norms(&random)
        var scores = [Float](repeating: 0, count: Int(AISLE_RANGE))
        for size in Self.sizes where size < 6000 {
            let lists = (0..<3).map { _ in List(size, below: size + 40, isJoined: isJoined, &random) }
            let room = lists.reduce(1) { $0 + $1.documents.count + $1.exceptions.count / 4 }
            var touched = [UInt16](repeating: 0, count: room)
            var documents = [UInt16](repeating: 0, count: room)
            var kept = [Float](repeating: 0, count: room)
            var expected: [UInt16: Double] = [:]
            var count: UInt32 = 0
            for list in lists {
                list.add(to: &expected, norms: norms)
                count = list.withRange { aisle_accumulate_touched($0, norms, &scores, &touched, count) }
            }
            #expect(Int(count) < room)
            var matched: UInt32 = 0
            let found = Int(aisle_sweep_touched(&scores, touched, count, 0, &documents, &kept, &matched))
            let live = expected.filter { $0.value > 0 }
            #expect(Int(matched) == live.count)
            #expect(documents[..<found].sorted() == live.keys.sorted(), "size \(size)")
            #expect((0..<found).allSatisfy { Self.isClose(kept[$0], live[documents[$0]] ?? -1) })
            #expect(scores.max() == 0 && scores.min() == 0)
        }
    }

    @Test("candidates get what the list has for them and keep what they had", arguments: [false, true])
    func accumulateCandidates(isJoined: Bool) {
        var random = SplitMix64(seed: 43)
        let norms = Self.norms(&random)
        for size in Self.sizes {
            let list = List(size, below: 65536, isJoined: isJoined, &random)
            let others = DocumentListKernelTests.documents(min(size, 200), below: 65536, &random)
            let candidates = Set(others + list.documents.filter { _ in Bool.random(using: &random) }).sorted()
            var scores = candidates.map { Float($0 % 10) }
            list.withRange { aisle_accumulate_candidates($0, norms, candidates, UInt32(candidates.count), &scores) }
            var expected: [UInt16: Double] = [:]
            list.add(to: &expected, norms: norms)
            for (document, score) in zip(candidates, scores) {
                let sum = Double(Float(document % 10)) + (expected[document] ?? 0)
                #expect(Self.isClose(score, sum), "size \(size), document \(document)")
            }
        }
    }

    @Test("joined lists add frequencies up, and the scratch is zero again")
    func join() {
        var random = SplitMix64(seed: 44)
        var scratch = [Double](repeating: 0, count: Int(AISLE_RANGE))
        var bits = [UInt64](repeating: 0, count: Int(AISLE_RANGE) / 64)
        for size in Self.sizes {
            let first = List(size, below: 65536, isJoined: true, &random)
            let second = List(size / 2, below: 65536, isJoined: false, &random)
            var expected: [UInt16: Double] = [:]
            for list in [first, second] {
                for (document, frequency) in zip(list.documents, list.frequencies) {
                    expected[document, default: 0] += frequency
                }
            }
            var documents = [UInt16](repeating: 0, count: size + size / 2 + 1)
            var frequencies = [Double](repeating: 0, count: size + size / 2 + 1)
            let count = first.withRange { left in
                second.withRange { right in
                    aisle_join([left.pointee, right.pointee], 2, &scratch, &bits, &documents, &frequencies)
                }
            }
            #expect(Array(documents[..<Int(count)]) == expected.keys.sorted(), "size \(size)")
            #expect((0..<Int(count)).allSatisfy { frequencies[$0] == expected[documents[$0]] })
            #expect(scratch.max() == 0 && bits.max() == 0)
        }
    }
}
