import Statistics
import Testing

@testable import Reranker

/// What goes into a pass, decided without clocks and threads.
@Suite struct BatcherTests {
    /// Lends a maker of jobs: documents of these lengths, in tokens.
    ///
    /// No job is ever answered.
    private func withJobs(
        _ body: (_ job: (_ id: Int, _ lengths: [Int]) -> Job) throws -> Void
    ) async throws {
        _ = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<RerankResult, any Error>) in
            let result = Result {
                try body { id, lengths in
                    let prefix = PromptPrefix(
                        ids: [1],
                        instructionLength: 1,
                        isQueryTruncated: false,
                        documentLimit: 9999
                    )
                    let documents = lengths.map {
                        PromptDocument(ids: Array(repeating: 2, count: $0), isTruncated: false)
                    }
                    return Job(
                        id: id,
                        prompts: EncodedPrompts(prefix: prefix, documents: documents),
                        deadline: nil,
                        continuation: continuation
                    )
                }
                return RerankResult(scores: [])
            }
            continuation.resume(with: result)
        }
    }

    private func slice(_ documents: (Int, Int)...) -> Batcher.Slice { Batcher.Slice(documents: documents) }

    @Test func `Queries take turns, each with its best documents first`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, [10, 10, 10, 10]))
            batcher.add(job(2, [10, 10]))
            #expect(batcher.next(limit: 40) { _ in .max } == slice((1, 0), (2, 0), (1, 1), (2, 1)))
            #expect(batcher.exhausted == [2])
            #expect(batcher.next(limit: 40) { _ in .max } == slice((1, 2), (1, 3)))
            #expect(Set(batcher.exhausted) == [1, 2])
            #expect(batcher.next(limit: 40) { _ in .max }.documents.isEmpty)
        }
    }

    @Test func `Where one document fits at a time, queries still take turns`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, [10, 10, 10]))
            batcher.add(job(2, [10, 10, 10]))
            let order = (0..<6).flatMap { _ in batcher.next(limit: 10) { _ in .max }.documents.map(\.job) }
            #expect(order == [1, 2, 1, 2, 1, 2])
        }
    }

    @Test func `A query that comes later shares the next pass`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, Array(repeating: 10, count: 100)))
            for _ in 0..<5 { #expect(batcher.next(limit: 40) { _ in .max }.documents.count == 4) }
            batcher.add(job(2, [10, 10, 10, 10]))
            let shared = batcher.next(limit: 40) { _ in .max }
            #expect(shared.documents.filter { $0.job == 2 }.count == 2)
        }
    }

    @Test func `A document larger than a pass goes alone`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, [5000, 10]))
            batcher.add(job(2, [3000]))
            #expect(batcher.next(limit: 1536) { _ in .max } == slice((1, 0)))
            #expect(batcher.next(limit: 1536) { _ in .max } == slice((2, 0)))
            #expect(batcher.next(limit: 1536) { _ in .max } == slice((1, 1)))
        }
    }

    @Test func `A near deadline keeps the whole pass short`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, Array(repeating: 10, count: 100)))
            batcher.add(job(2, [10, 10, 10]))
            let slice = batcher.next(limit: 1000) { $0.id == 2 ? 25 : .max }
            // Both are in it, and no more than job 2 has time for.
            #expect(slice.documents.count == 2)
            #expect(Set(slice.documents.map(\.job)) == [1, 2])
        }
    }

    @Test func `A query without time takes nothing and holds nobody up`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            batcher.add(job(1, [10, 10]))
            batcher.add(job(2, [10, 10]))
            #expect(batcher.next(limit: 100) { $0.id == 1 ? nil : .max } == slice((2, 0), (2, 1)))
            #expect(batcher.next(limit: 100) { $0.id == 1 ? 9 : .max }.documents.isEmpty)
            #expect(batcher.remove(1)?.id == 1)
            #expect(batcher.remove(1) == nil)
        }
    }

    @Test func `Every document is chosen once, whatever the lengths and limits`() async throws {
        let seed: UInt64 = 81
        try await withJobs { job in
            var numbers = SplitMix64(seed: seed)
            for _ in 0..<200 {
                var batcher = Batcher()
                var left: [Int: [Int]] = [:]
                for id in 0..<Int.random(in: 1...6, using: &numbers) {
                    let count = Int.random(in: 1...12, using: &numbers)
                    let lengths = (0..<count).map { _ in Int.random(in: 1...80, using: &numbers) }
                    left[id] = lengths
                    batcher.add(job(id, lengths))
                }
                let lengths = left, limit = Int.random(in: 1...120, using: &numbers)
                var next: [Int: Int] = [:]
                while true {
                    let slice = batcher.next(limit: limit) { _ in .max }
                    if slice.documents.isEmpty { break }
                    for (id, document) in slice.documents {
                        #expect(document == next[id, default: 0], "best first; seed \(seed)")
                        next[id] = document + 1
                    }
                    let tokens = slice.documents.reduce(0) { $0 + (lengths[$1.job]?[$1.document] ?? 0) }
                    #expect(tokens <= limit || slice.documents.count == 1, "seed \(seed)")
                }
                #expect(next == lengths.mapValues(\.count), "seed \(seed)")
                #expect(batcher.exhausted.count == lengths.count)
            }
        }
    }

    @Test func `An instruction used again stays, the one not used for longest goes`() {
        var cache = PrefixCache()
        func block(_ count: Int) -> KeyValueBlock {
            KeyValueBlock(count: count, layers: 1, shape: .init(heads: 1, headDimension: 2))
        }
        for id in 1...PrefixCache.limit { cache.insert(block(id), of: [TokenID(id)]) }
        #expect(cache.block(of: [1])?.count == 1)
        cache.insert(block(99), of: [99])
        #expect(cache.block(of: [1]) != nil && cache.block(of: [99]) != nil)
        #expect(cache.block(of: [2]) == nil)
        #expect(cache.block(of: [1, 1]) == nil)
    }
}
