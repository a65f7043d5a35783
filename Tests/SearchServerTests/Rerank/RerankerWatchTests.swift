import Foundation
import Reranker
import Testing

@testable import SearchServer

@Suite("A rerank server behind this one")
struct RerankerWatchTests {
    /// The state in `/readyz` once it is one of these words.
    private func readiness(_ client: TestClient, _ words: Set<String>) async throws -> TestAnswer {
        while true {
            let answer = try await client.get("/readyz")
            #expect(answer.status == 200 && answer.string("status") == "ready")
            if words.contains(answer.string("reranker") ?? "") { return answer }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test("scores that cannot be trusted are logged once with the remedy, and shown", .timeLimit(.minutes(1)))
    func doubtful() async throws {
        // Another server of ours, in vLLM's dialect; its reranker finds nothing relevant.
        let other = try TestShop()
        try await other.server(backend: ScriptedReranker()).test(.live) { behind in
            let port = try #require(behind.port)
            let shop = try TestShop()
            let watched = try WatchedReranker("vllm+http://127.0.0.1:\(port)", environment: [:])
            try await watched.connect()
            try await shop.server(watched: watched).test(.live) { client in
                let state = try await readiness(client, ["doubtful", "trusted"])
                #expect(state.string("reranker") == "doubtful")
                #expect(state["findings"] as? [String] == ["constant"])
                let lines = shop.log.all.filter { $0.contains("reranker_checked") }
                #expect(lines.count == 1)
                #expect(lines[0].contains("Every score is 0.5") && lines[0].contains("Check the server"), "\(lines)")
                let metrics = try await client.get("/metrics")
                #expect(metrics.text.contains("aisle_reranker_state{state=\"doubtful\"} 1"), "\(metrics.text)")
                #expect(metrics.text.contains("aisle_reranker_state{state=\"trusted\"} 0"))
            }
        }
    }

    @Test("one that is away keeps no search, and is logged once", .timeLimit(.minutes(1)))
    func away() async throws {
        let shop = try TestShop()
        let watched = try WatchedReranker("vllm+http://127.0.0.1:9", environment: [:])
        try await shop.server(watched: watched).test(.live) { client in
            _ = try await readiness(client, ["away"])
            let answer = try await client.get("/search?q=headphones&stage=fused")
            #expect(answer.status == 200 && answer.string("rerank.status") == "failed")
            #expect(answer.string("rerank.reason")?.contains("127.0.0.1:9") == true)
            while !shop.log.all.contains(where: { $0.contains("reranker_away") }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(shop.log.all.count { $0.contains("reranker_away") } == 1)
        }
    }

    @Test("without one, the answers are as they were")
    func none() async throws {
        let shop = try TestShop()
        try await shop.server().test(.live) { client in
            let readiness = try await client.get("/readyz")
            #expect(readiness.status == 200 && readiness["reranker"] == nil)
            let metrics = try await client.get("/metrics")
            #expect(!metrics.text.contains("aisle_reranker_state"))
        }
    }
}
