import Synchronization
import Testing

@testable import Reranker

@Suite struct CachedRerankerTests {
    /// Scores a document with its length, and remembers what it was asked.
    private final class LengthBackend: RerankBackend {
        struct Failure: Error {}

        let requests = Mutex<[RerankRequest]>([])
        /// Documents scored before the deadline passes; nil: all.
        let reach: Int?
        let fails: Bool
        let fingerprint: String
        let scoresLast: Duration?

        init(
            reach: Int? = nil,
            fails: Bool = false,
            fingerprint: String = "length",
            scoresLast: Duration? = nil
        ) {
            self.scoresLast = scoresLast
            self.reach = reach
            self.fails = fails
            self.fingerprint = fingerprint
        }

        var description: BackendDescription {
            BackendDescription(
                model: "length",
                backend: "test",
                fingerprint: fingerprint,
                scoreKind: .margin,
                takesInstruction: true,
                scoresLast: scoresLast
            )
        }

        func score(_ request: RerankRequest) async throws -> RerankResult {
            requests.withLock { $0.append(request) }
            if fails { throw Failure() }
            let scores = request.documents.enumerated().map { place, text in
                place < reach ?? .max ? RelevanceScore(margin: Double(text.count)) : nil
            }
            let truncated = request.documents.indices.filter { request.documents[$0].count > 5 }
            return RerankResult(
                scores: scores,
                promptTokens: request.documents.count * 10,
                truncated: truncated,
                isQueryTruncated: request.query.count > 5
            )
        }

        var asked: [[String]] { requests.withLock { $0.map(\.documents) } }
    }

    private let cache = ScoreCache(path: nil)

    private func request(_ documents: [String], deadline: ContinuousClock.Instant? = nil) -> RerankRequest {
        RerankRequest(query: "q", documents: documents, instruction: "i", deadline: deadline)
    }

    @Test func `Scores that do not last are asked for anew, others are not`() async throws {
        let clock = Mutex(1_000_000.0)
        for (time, asked) in [(Duration.seconds(100), 2), (nil, 1)] {
            let backend = LengthBackend(fingerprint: "lasts \(String(describing: time))", scoresLast: time)
            let cached = CachedReranker(backend, cache: cache) { clock.withLock { $0 } }
            clock.withLock { $0 = 1_000_000 }
            _ = try await cached.score(request(["a"]))
            clock.withLock { $0 += 99 }
            #expect(try await cached.scoreCounting(request(["a"])).cached == 1)
            clock.withLock { $0 += 1 }
            _ = try await cached.score(request(["a"]))
            #expect(backend.asked.count == asked)
        }
    }

    @Test func `That a query was cut is known of cached scores, too`() async throws {
        let cached = CachedReranker(LengthBackend(), cache: cache)
        for (query, isCut) in [("long query", true), ("short", false)] {
            for count in [0, 2] {
                let request = RerankRequest(query: query, documents: ["a", "bbbbbb"])
                let (result, known) = try await cached.scoreCounting(request)
                #expect(known == count && result.isQueryTruncated == isCut && result.truncated == [1])
            }
        }
    }

    @Test func `Only what is not cached is scored, in order, with the deadline`() async throws {
        let backend = LengthBackend()
        let cached = CachedReranker(backend, cache: cache)
        let first = try await cached.scoreCounting(request(["bb", "dddddd"]))
        #expect(first.cached == 0)
        #expect(first.result.truncated == [1])

        let deadline = ContinuousClock.now + .seconds(60)
        let (result, count) = try await cached.scoreCounting(
            request(["a", "bb", "ccc", "dddddd", "eeeeeee"], deadline: deadline)
        )
        #expect(result.scores.map { $0?.margin } == [1, 2, 3, 6, 7])
        #expect(result.truncated == [3, 4])
        #expect(result.promptTokens == 30)
        #expect(count == 2)
        #expect(backend.asked == [["bb", "dddddd"], ["a", "ccc", "eeeeeee"]])
        #expect(backend.requests.withLock { $0.last?.deadline } == deadline)
        #expect(backend.requests.withLock { $0.last?.instruction } == "i")
    }

    @Test func `When everything is cached the backend is not asked`() async throws {
        let backend = LengthBackend()
        let cached = CachedReranker(backend, cache: cache)
        let first = try await cached.score(request(["a", "bb"]))
        let second = try await cached.scoreCounting(request(["a", "bb"]))
        #expect(second.result.scores == first.scores)
        #expect(second.cached == 2)
        #expect(second.result.promptTokens == 0)
        #expect(backend.asked.count == 1)
        let nothing = try await cached.score(request([]))
        #expect(nothing.scores.isEmpty)
        #expect(backend.asked.count == 1)
    }

    @Test func `Equal documents are scored once`() async throws {
        let backend = LengthBackend()
        let result = try await CachedReranker(backend, cache: cache).score(request(["bb", "a", "bb"]))
        #expect(result.scores.map { $0?.margin } == [2, 1, 2])
        #expect(backend.asked == [["bb", "a"]])
    }

    @Test func `What the deadline cut off is asked for again`() async throws {
        let slow = LengthBackend(reach: 1)
        let result = try await CachedReranker(slow, cache: cache).score(request(["a", "bb"]))
        #expect(result.scores.map { $0?.margin } == [1, nil])
        let fast = LengthBackend()
        let second = try await CachedReranker(fast, cache: cache).score(request(["a", "bb"]))
        #expect(second.scores.map { $0?.margin } == [1, 2])
        #expect(fast.asked == [["bb"]])
    }

    @Test func `Another fingerprint, query or instruction has scores of its own`() async throws {
        _ = try await CachedReranker(LengthBackend(), cache: cache).score(request(["a"]))
        let other = LengthBackend(fingerprint: "other")
        _ = try await CachedReranker(other, cache: cache).score(request(["a"]))
        #expect(other.asked.count == 1)
        let same = LengthBackend()
        var changed = request(["a"])
        changed.query = "Q"
        _ = try await CachedReranker(same, cache: cache).score(changed)
        changed = request(["a"])
        changed.instruction = nil
        _ = try await CachedReranker(same, cache: cache).score(changed)
        #expect(same.asked.count == 2)
    }

    @Test func `A failing backend fails only where nothing was cached`() async throws {
        _ = try await CachedReranker(LengthBackend(), cache: cache).score(request(["a"]))
        let broken = CachedReranker(LengthBackend(fails: true), cache: cache)
        await #expect(throws: LengthBackend.Failure.self) { try await broken.score(request(["bb"])) }
        let result = try await broken.score(request(["bb", "a"]))
        #expect(result.scores.map { $0?.margin } == [nil, 1])
        #expect(result.failure == "\(LengthBackend.Failure())")
    }

    @Test func `Scores that are no numbers are not kept`() async throws {
        let key = ScoreKey.keys(of: request(["a"]), backend: LengthBackend().description, now: 0)
        cache.keep(key.map { ($0, CachedScore(margin: .nan, isTruncated: false)) })
        #expect(await cache.scores(key) == [nil])
    }
}
