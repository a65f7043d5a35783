import Foundation
import GRDB
import Synchronization
import Testing

@testable import Reranker

@Suite struct ScoreCacheTests {
    private let scratch: ModelScratch
    private var path: String { "\(scratch.path)/cache/scores.db" }

    init() throws {
        scratch = try ModelScratch()
    }

    private static func keys(_ documents: [String], query: String = "q") -> [ScoreKey] {
        let description = BackendDescription(
            model: "m",
            backend: "b",
            fingerprint: "f",
            scoreKind: .margin,
            takesInstruction: true
        )
        return ScoreKey.keys(of: RerankRequest(query: query, documents: documents), backend: description, now: 0)
    }

    private static func keys(_ range: Range<Int>) -> [ScoreKey] { keys(range.map { "document \($0)" }) }

    /// Keeps a score for each of some documents: its number.
    private func keep(_ range: Range<Int>, in cache: ScoreCache) async {
        cache.keep(zip(Self.keys(range), range).map { ($0, CachedScore(margin: Double($1), isTruncated: $1 % 2 == 1)) })
        await cache.flush()
    }

    private func margins(_ range: Range<Int>, in cache: ScoreCache) async -> [Double?] {
        await cache.scores(Self.keys(range)).map { $0?.margin }
    }

    /// What no connection of ours would do to the file.
    private func sql(_ statement: String) throws {
        try DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: statement) }
    }

    @Test func `Scores come back, from memory and from the file`() async throws {
        let cache = ScoreCache(path: path)
        await keep(0..<10, in: cache)
        #expect(await margins(0..<12, in: cache) == (0..<10).map { Double($0) } + [nil, nil])
        #expect(cache.counts == (10, 2))

        let other = ScoreCache(path: path)
        #expect(await margins(0..<12, in: other) == (0..<10).map { Double($0) } + [nil, nil])
        #expect(await other.scores(Self.keys(3..<5)).map { $0?.isTruncated } == [true, false])
        #expect(await other.problem == nil)
    }

    @Test func `What was cut comes back from the file, of document and query apart`() async throws {
        let cuts = [(false, false), (true, false), (false, true), (true, true)]
        let cache = ScoreCache(path: path)
        cache.keep(
            zip(Self.keys(0..<4), cuts).map {
                ($0, CachedScore(margin: 1, isTruncated: $1.0, isQueryTruncated: $1.1))
            }
        )
        await cache.flush()
        let found = await ScoreCache(path: path).scores(Self.keys(0..<4))
        #expect(found.map { $0?.isTruncated } == cuts.map(\.0))
        #expect(found.map { $0?.isQueryTruncated } == cuts.map(\.1))
    }

    @Test func `Memory alone serves without a file, within its bound`() async {
        let cache = ScoreCache(path: nil, memoryLimit: 100)
        await keep(0..<1000, in: cache)
        #expect(await margins(990..<1000, in: cache) == (990..<1000).map { Double($0) })
        var memory = ScoreMemory(limit: 100)
        for (place, key) in Self.keys(0..<1000).enumerated() {
            memory.insert(CachedScore(margin: Double(place), isTruncated: false), for: key)
            #expect(memory.count <= 100)
        }
    }

    @Test func `What is asked for stays in memory`() {
        var memory = ScoreMemory(limit: 100)
        let keys = Self.keys(0..<1000)
        for (place, key) in keys.enumerated() {
            memory.insert(CachedScore(margin: Double(place), isTruncated: false), for: key)
            #expect(memory.score(keys[0])?.margin == 0)
        }
    }

    @Test func `Fields cannot be taken for one another`() {
        func key(_ fingerprint: String, _ instruction: String?, _ query: String, _ document: String) -> ScoreKey? {
            let description = BackendDescription(
                model: "m",
                backend: "b",
                fingerprint: fingerprint,
                scoreKind: .margin,
                takesInstruction: true
            )
            let request = RerankRequest(query: query, documents: [document], instruction: instruction)
            return ScoreKey.keys(of: request, backend: description, now: 0).first
        }
        let keys: [ScoreKey?] = [
            key("f", nil, "ab", "c"), key("f", nil, "a", "bc"), key("f", nil, "abc", ""), key("f", nil, "", "abc"),
            key("f", "", "ab", "c"), key("f", "a", "b", "c"), key("fa", nil, "b", "c"), key("g", nil, "ab", "c"),
            key("f", "default", "ab", "c"), key("f", nil, "ab\u{0}", "c"), key("f", nil, "ab", "\u{0}c"),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(key("f", "i", "q", "d") == key("f", "i", "q", "d"))
    }

    @Test func `Documents cut at other lengths have other scores`() {
        let description = BackendDescription(
            model: "m",
            backend: "b",
            fingerprint: "f",
            scoreKind: .margin,
            takesInstruction: true
        )
        let keys = [nil, 5, 6].map { tokens in
            ScoreKey.keys(
                of: RerankRequest(query: "q", documents: ["d"], documentTokens: tokens),
                backend: description,
                now: 0
            )
        }
        #expect(Set(keys).count == 3)
    }

    @Test func `An instruction that is not followed does not matter`() {
        let description = BackendDescription(
            model: "m",
            backend: "b",
            fingerprint: "f",
            scoreKind: .margin,
            takesInstruction: false
        )
        let plain = RerankRequest(query: "q", documents: ["d"])
        let instructed = RerankRequest(query: "q", documents: ["d"], instruction: "i")
        #expect(
            ScoreKey.keys(of: plain, backend: description, now: 0)
                == ScoreKey.keys(of: instructed, backend: description, now: 0)
        )
    }

    @Test func `The file stays within its bound, and drops what was not used for longest`() async throws {
        let clock = Mutex(1_000_000)
        let now: @Sendable () -> Int = { clock.withLock { $0 } }
        let cache = ScoreCache(path: path, rowLimit: 200, memoryLimit: 2, now: now)
        for hundred in 0..<10 {
            clock.withLock { $0 += 10_000 }
            await keep(hundred * 100..<hundred * 100 + 100, in: cache)
            // The first ten are in use all the time.
            clock.withLock { $0 += 10_000 }
            #expect(await margins(0..<10, in: cache) == (0..<10).map { Double($0) }, "\(hundred)")
            await cache.flush()
            let rows = try await DatabaseQueue(path: path).read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM scores")
            }
            #expect(try #require(rows) <= 210)
        }
        let fresh = ScoreCache(path: path)
        #expect(await margins(950..<1000, in: fresh) == (950..<1000).map { Double($0) })
        #expect(await margins(100..<150, in: fresh).allSatisfy { $0 == nil })
    }

    @Test func `Damaged rows are ignored`() async throws {
        let cache = ScoreCache(path: path)
        await keep(0..<6, in: cache)
        let keys = Self.keys(0..<6).map { "x'\($0.bytes.hexadecimal)'" }
        try sql("UPDATE scores SET margin = margin + 1 WHERE key = \(keys[0])")
        try sql("UPDATE scores SET margin = 'text' WHERE key = \(keys[1])")
        try sql("UPDATE scores SET truncated = 1 WHERE key = \(keys[2])")
        try sql("UPDATE scores SET sum = NULL WHERE key = \(keys[3])")
        // A score of another row, with its own checksum.
        try sql(
            """
            UPDATE scores SET (margin, truncated, sum) =
                (SELECT margin, truncated, sum FROM scores WHERE key = \(keys[5]))
            WHERE key = \(keys[4])
            """
        )
        #expect(await margins(0..<6, in: ScoreCache(path: path)) == [nil, nil, nil, nil, nil, 5])
    }

    @Test(arguments: ["", "header", "garbage", "middle", "truncated"])
    func `A damaged file is put aside and begun anew`(kind: String) async throws {
        await keep(0..<2000, in: ScoreCache(path: path))
        try sql("PRAGMA wal_checkpoint(TRUNCATE)")
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let size = bytes.count
        #expect(size > 20_000)
        switch kind {
        case "header": bytes.replaceSubrange(0..<100, with: [UInt8](repeating: 0x5A, count: 100))
        case "garbage": bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        case "middle": bytes.replaceSubrange(4096..<size, with: [UInt8](repeating: 0xAB, count: size - 4096))
        case "truncated": bytes.removeSubrange(8192...)
        default: bytes = []
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let cache = ScoreCache(path: path, memoryLimit: 2)
        _ = await margins(0..<2000, in: cache)
        await keep(0..<2000, in: cache)
        #expect(await margins(0..<2000, in: cache) == (0..<2000).map { Double($0) })
        #expect(await cache.problem == nil)
        // An empty file is a good, empty database.
        #expect(FileManager.default.fileExists(atPath: "\(path).damaged") == !kind.isEmpty)
    }

    @Test func `A file that is damaged while it is open is replaced, by one of two processes`() async throws {
        let (first, second) = (ScoreCache(path: path, memoryLimit: 2), ScoreCache(path: path, memoryLimit: 2))
        await keep(0..<2000, in: first)
        #expect(await margins(10..<12, in: second) == [10, 11])
        try sql("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        file.write(Data(repeating: 0xAB, count: Int(size) - 4096))
        for cache in [first, second, first, second] {
            _ = await margins(0..<2000, in: cache)
            await keep(3000..<3100, in: cache)
            #expect(await margins(3000..<3100, in: cache) == (3000..<3100).map { Double($0) })
            #expect(await cache.problem == nil)
        }
        #expect(await margins(3000..<3002, in: ScoreCache(path: path)) == [3000, 3001])
    }

    @Test func `Another database is left alone`() async throws {
        try FileManager.default.createDirectory(atPath: "\(scratch.path)/cache", withIntermediateDirectories: true)
        try sql("CREATE TABLE products (id); INSERT INTO products VALUES (7)")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let cache = ScoreCache(path: path)
        await keep(0..<10, in: cache)
        #expect(await margins(0..<2, in: cache) == [0, 1])
        #expect(await cache.problem?.contains("another database") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test(arguments: ["/proc/aisle/scores.db", "/dev/null/scores.db", "/", "/dev/null"])
    func `Where nothing can be written, memory serves`(place: String) async {
        let cache = ScoreCache(path: place)
        await keep(0..<10, in: cache)
        #expect(await margins(0..<11, in: cache) == (0..<10).map { Double($0) } + [nil])
    }

    @Test func `Several processes write at once`() async throws {
        let caches = (0..<4).map { _ in ScoreCache(path: path, memoryLimit: 2) }
        await withTaskGroup(of: Void.self) { group in
            for (place, cache) in caches.enumerated() {
                group.addTask {
                    for step in 0..<20 {
                        let start = place * 1000 + step * 10
                        await keep(start..<start + 10, in: cache)
                    }
                }
            }
        }
        let reader = ScoreCache(path: path)
        for place in 0..<4 {
            let range = place * 1000..<place * 1000 + 200
            #expect(await margins(range, in: reader) == range.map { Double($0) })
        }
    }

    @Test func `A writer that holds the file for long costs the scores, not the search`() async throws {
        let cache = ScoreCache(path: path, memoryLimit: 1000)
        await keep(0..<10, in: cache)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN EXCLUSIVE") }
        cache.keep(zip(Self.keys(10..<20), 10..<20).map { ($0, CachedScore(margin: Double($1), isTruncated: false)) })
        let start = ContinuousClock.now
        #expect(await margins(0..<20, in: cache) == (0..<20).map { Double($0) })
        #expect(ContinuousClock.now - start < .milliseconds(500))
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        await cache.flush()
        #expect(await margins(10..<20, in: ScoreCache(path: path)) == (10..<20).map { Double($0) })
    }

    @Test func `The default place follows the environment`() {
        #expect(ScoreCache.defaultPath(["HOME": "/home/a"]) == "/home/a/.cache/aisle/scores.db")
        #expect(ScoreCache.defaultPath(["HOME": "/home/a", "XDG_CACHE_HOME": "/c"]) == "/c/aisle/scores.db")
        #expect(ScoreCache.defaultPath([:]) == nil)
    }
}
