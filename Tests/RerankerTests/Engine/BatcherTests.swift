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

    @Test func `What has to be computed before a query's documents counts, once`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            for id in 1...3 { batcher.add(job(id, [10, 10])) }
            // 30 tokens each for the first documents, 10 for the second ones.
            let first = batcher.next(limit: 75, owed: { _ in 20 }) { _ in .max }
            #expect(first == slice((1, 0), (2, 0), (1, 1)))
            // A prefix of any length goes, alone; one whose time is too short does not.
            var long = Batcher()
            long.add(job(1, [10]))
            #expect(long.next(limit: 75, owed: { _ in 2000 }) { _ in 2009 }.documents.isEmpty)
            #expect(long.next(limit: 75, owed: { _ in 2000 }) { _ in 2010 } == slice((1, 0)))
        }
    }

    @Test func `Queries wait until there is room for their prefixes`() async throws {
        try await withJobs { job in
            var batcher = Batcher()
            let shape = KeyValueBlock.Shape(heads: 1, headDimension: 2)
            let jobs = (1...4).map { job($0, [10, 10, 10]) }
            for one in jobs { batcher.add(one) }
            let owed = { (job: Job) in job.prefix == nil ? Batcher.mostHeld / 2 : 0 }
            let first = batcher.next(limit: .max, owed: owed) { _ in .max }
            #expect(Set(first.documents.map(\.job)) == [1, 2])
            for one in jobs.prefix(2) {
                one.prefix = [KeyValueBlock(count: Batcher.mostHeld / 2, layers: 1, shape: shape)]
            }
            #expect(batcher.next(limit: .max, owed: owed) { _ in .max }.documents.isEmpty)
            // One is done.
            _ = batcher.remove(1)
            #expect(Set(batcher.next(limit: .max, owed: owed) { _ in .max }.documents.map(\.job)).count == 1)
            // Where nothing is kept, any prefix may be.
            var alone = Batcher()
            alone.add(job(9, [10]))
            #expect(alone.next(limit: .max, owed: { _ in 3 * Batcher.mostHeld }) { _ in .max } == slice((9, 0)))
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
        func ids(_ id: TokenID, _ count: Int) -> [TokenID] { Array(repeating: id, count: count) }
        let quarter = PrefixCache.limit / 4
        for id: TokenID in 1...4 { cache.insert(block(quarter), of: ids(id, quarter)) }
        #expect(cache.block(of: ids(1, quarter))?.count == quarter)
        cache.insert(block(9), of: ids(99, 9))
        #expect(cache.contains(ids(1, quarter)) && cache.contains(ids(99, 9)) && cache.contains(ids(3, quarter)))
        #expect(!cache.contains(ids(2, quarter)))
        #expect(!cache.contains(ids(1, quarter + 1)))
        // One that is larger than all room is kept, alone.
        cache.insert(block(9), of: ids(7, PrefixCache.limit + 1))
        #expect(cache.contains(ids(7, PrefixCache.limit + 1)) && !cache.contains(ids(99, 9)))
    }
}
