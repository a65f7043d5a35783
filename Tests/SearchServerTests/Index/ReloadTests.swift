import Catalog
import Foundation
import Testing

@testable import SearchServer

@Suite("A newly published index", .timeLimit(.minutes(1)))
struct ReloadTests {
    private static func products(_ generation: Int) -> [Product] {
        (0..<30).map { Product(id: ProductID("p\($0)"), title: "lamp generation\(generation) number\($0)") }
    }

    @Test("Is taken up while requests come in, and none of them fails")
    func underLoad() async throws {
        let shop = try TestShop(Self.products(0))
        let server = try shop.server { settings in
            settings.reloadInterval = .milliseconds(5)
            settings.port = 0
        }
        let isDone = Shared(false)
        let asked = Shared(0)
        let failures = Shared<[String]>([])
        try await server.test(.live) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var number = worker
                        while !isDone.value {
                            // Half of the queries are in the cache, half are not.
                            number += 8
                            let query = worker % 2 == 0 ? "lamp" : "lamp+number\(number % 30)"
                            let answer = try await client.get("/search?q=\(query)&per_page=30")
                            asked.change { $0 += 1 }
                            let generations = Set(
                                (answer["hits"] as? [[String: Any]] ?? [])
                                    .compactMap { ($0["title"] as? String)?.split(separator: " ").dropFirst().first }
                            )
                            let outcome = "\(answer.status) \(generations)"
                            if answer.status != 200 || generations.count != 1 {
                                failures.change { $0.append(outcome) }
                            }
                        }
                    }
                }
                for generation in 1...10 {
                    try shop.publish(Self.products(generation))
                    // Until everybody sees it: a published index empties the cache of answers.
                    while true {
                        let answer = try await client.get("/search?q=lamp&per_page=1")
                        if answer.string("hits.0.title")?.contains("generation\(generation) ") == true { break }
                    }
                }
                isDone.change { $0 = true }
                try await group.waitForAll()
            }
        }
        #expect(failures.value == [])
        #expect(asked.value > 100)
    }

    @Test("That cannot be opened leaves the one before in place, and the metrics say so")
    func damaged() async throws {
        let shop = try TestShop()
        let server = try shop.server { $0.reloadInterval = .milliseconds(5) }
        try await server.test(.live) { client in
            let next = shop.path + ".next"
            try Data("not an index".utf8).write(to: URL(fileURLWithPath: next))
            #expect(rename(next, shop.path) == 0)
            while true {
                let metrics = try await client.get("/metrics")
                if metrics.text.contains("aisle_index_reload_failures_total 1\n") { break }
                try await Task.sleep(for: .milliseconds(5))
            }
            let answer = try await client.get("/search?q=headphones+that+nobody+asked+for")
            #expect(answer.status == 200 && !answer.ids.isEmpty)
            #expect(shop.log.all.contains { $0.contains("index_not_opened") })
        }
    }
}
