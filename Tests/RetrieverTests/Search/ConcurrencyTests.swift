import Catalog
import Foundation
import Statistics
import Synchronization
import Testing

@testable import Retriever

@Suite("Many threads, one index")
struct ConcurrencyTests {
    private static func requests(_ seed: UInt64) -> [SearchRequest] {
        var random = SplitMix64(seed: seed)
        let words = ["lamp", "cable", "sofa", "mini", "pro", "phon", "\"mini pro\"", "-case", "red", "lmap", "5"]
        return (0..<40).map { number in
            var request = SearchRequest(random.words(0...4, of: words), top: 20)
            request.matching = [.any, .all, .auto(minimum: 10)][number % 3]
            request.wantsTotal = number % 2 == 0
            if number % 4 == 0 { request.facets = [FacetRequest(FilterField("color"), limit: 5)] }
            if number % 5 == 0 { request.filter = .compare(FilterField("price"), .less, FilterValue(6)) }
            request.completesLastWord = number % 7 == 0
            request.wantsProducts = number % 8 == 0
            return request
        }
    }

    private static func answer(_ request: SearchRequest, _ index: ProductIndex) throws -> String {
        let response = try index.search(request)
        let hits = response.hits.map { "\($0.id) \($0.score) \($0.title)" }
        return "\(hits) \(String(describing: response.total)) \(response.facets) \(response.didYouMean ?? "")"
    }

    @Test("8 threads get the answers that one thread gets")
    func sameAnswers() throws {
        var random = SplitMix64(seed: 91)
        let path = try TemporaryIndexKeeper.keep(Shop.random(300, &random))
        let requests = Self.requests(92)
        let alone = try ProductIndex(path: path)
        let expected = try requests.map { try Self.answer($0, alone) }
        let shared = try ProductIndex(path: path)
        let wrong = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for place in requests.indices {
                let number = (place + thread * 5) % requests.count
                do {
                    let answer = try Self.answer(requests[number], shared)
                    if answer != expected[number] { wrong.withLock { $0.append(requests[number].query) } }
                } catch {
                    wrong.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(wrong.withLock { $0 } == [])
    }

    @Test(
        "an index replaced under searching threads is an old answer or a new one, never an error"
    )
    func replacement() throws {
        let old = (0..<50).map { Shop.product("old\($0)", "lamp number") }
        let new = (0..<70).map { Shop.product("new\($0)", "lamp thing") }
        let temporary = try TemporaryIndex(old)
        let index = try ProductIndex(path: temporary.path)
        let problems = Mutex<[String]>([])
        let isDone = Atomic(false)
        let threads = DispatchGroup()
        defer {
            isDone.store(true, ordering: .relaxed)
            threads.wait()
        }
        for _ in 0..<3 {
            DispatchQueue.global().async(group: threads) {
                while !isDone.load(ordering: .relaxed) {
                    do {
                        let response = try index.search(SearchRequest("lamp", top: 100))
                        let kinds = Set(response.hits.map { $0.id.rawValue.prefix(3) })
                        let counts: Set<Int?> = [50, 70]
                        if kinds.count != 1 || !counts.contains(response.total) {
                            problems.withLock { $0.append("\(kinds) \(String(describing: response.total))") }
                        }
                    } catch {
                        problems.withLock { $0.append("\(error)") }
                    }
                }
            }
        }
        for round in 0..<3 { try temporary.build(round % 2 == 0 ? new : old) }
        try temporary.build(new)
        let seen = try index.search(SearchRequest("lamp", top: 100))
        isDone.store(true, ordering: .relaxed)
        threads.wait()
        #expect(problems.withLock { Array($0.prefix(5)) } == [])
        #expect(seen.total == 70)
        #expect(seen.hits.allSatisfy { $0.id.rawValue.hasPrefix("new") })
    }
}
