import Foundation
import FoundationNetworking
import HTTPTypes
import Hummingbird
import Reranker
import ServiceLifecycle
import Testing

@testable import SearchServer

@Suite("Stopping", .timeLimit(.minutes(1)))
struct StopTests {
    /// Scores after a while, and says when it was asked.
    private struct SlowBackend: RerankBackend {
        let wasAsked = Shared(false)

        var description: BackendDescription {
            BackendDescription(
                model: "slow",
                backend: "test",
                fingerprint: "slow",
                scoreKind: .margin,
                takesInstruction: false
            )
        }

        func score(_ request: RerankRequest) async throws -> RerankResult {
            wasAsked.change { $0 = true }
            try await Task.sleep(for: .milliseconds(300))
            return RerankResult(scores: request.documents.indices.map { RelevanceScore(margin: Double($0)) })
        }
    }

    @Test("A request under way is finished; a new connection is refused")
    func graceful() async throws {
        let shop = try TestShop()
        let backend = SlowBackend()
        let server = try shop.server(backend: backend)
        let port = Shared(0)
        let services = server.services { number in port.change { $0 = number } }
        let group = ServiceGroup(configuration: .init(services: services, logger: ShopServer.quietLogger))
        async let running: Void = group.run()
        while port.value == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let number = port.value
        async let slow = URLSession.shared.data(
            from: try #require(URL(string: "http://127.0.0.1:\(number)/search?q=headphones"))
        )
        while !backend.wasAsked.value { try await Task.sleep(for: .milliseconds(2)) }
        await group.triggerGracefulShutdown()
        let (data, response) = try await slow
        #expect((response as? HTTPURLResponse)?.statusCode == 200)
        #expect(String(decoding: data, as: UTF8.self).contains("\"status\":\"complete\""))
        try await running
        await #expect(throws: (any Error).self) {
            _ = try await URLSession.shared.data(from: try #require(URL(string: "http://127.0.0.1:\(number)/healthz")))
        }
    }

    @Test("Once it is told to stop, requests are refused, and the readiness check says why")
    func refusing() async throws {
        let shop = try TestShop()
        let server = try shop.server()
        try await server.test(.router) { client in
            server.parts.lifecycle.start()
            let before = try await client.get("/readyz")
            #expect(before.status == 200)
            server.parts.lifecycle.stop()
            let search = try await client.get("/search?q=headphones")
            #expect(search.status == 503 && search.string("error.code") == "stopping")
            #expect(search.headers[.retryAfter] != nil)
            let readiness = try await client.get("/readyz")
            #expect(readiness.status == 503 && readiness.string("status") == "stopping")
            let health = try await client.get("/healthz")
            #expect(health.status == 200)
        }
    }
}
