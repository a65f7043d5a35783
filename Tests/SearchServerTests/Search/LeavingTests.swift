import Foundation
import Reranker
import Testing

@testable import SearchServer

@Suite("Clients that leave before their answer")
struct LeavingTests {
    /// Scores once it is told to.
    private final class GatedReranker: RerankBackend {
        let isOpen = Shared(false)
        let asked = Shared(0)
        let cancelled = Shared(0)

        var description: BackendDescription {
            BackendDescription(
                model: "gated",
                backend: "test",
                fingerprint: "gated",
                scoreKind: .margin,
                takesInstruction: true
            )
        }

        func score(_ request: RerankRequest) async throws -> RerankResult {
            asked.change { $0 += 1 }
            do {
                while !isOpen.value { try await Task.sleep(for: .milliseconds(2)) }
            } catch {
                cancelled.change { $0 += 1 }
                throw error
            }
            return RerankResult(scores: request.documents.indices.map { RelevanceScore(margin: Double($0)) })
        }
    }

    private static let request = "GET /search?q=headphones&stage=rerank HTTP/1.1\r\nHost: a\r\n\r\n"

    private func until(_ isSo: () -> Bool) async throws {
        while !isSo() { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("A search whose client has left is cancelled", .timeLimit(.minutes(1)))
    func leaving() async throws {
        let shop = try TestShop()
        let backend = GatedReranker()
        let server = try shop.server(backend: backend) { $0.limits.time = .seconds(600) }
        try await server.test(.live) { client in
            let connection = try RawConnection(port: try #require(client.port))
            try #require(connection.send(Self.request))
            try await until { backend.asked.value == 1 }
            #expect(backend.cancelled.value == 0)
            connection.close()
            // Long before the request's own time is over.
            try await until { backend.cancelled.value == 1 }
            try await until { shop.log.all.joined().contains(#""status":499"#) }
            #expect(server.parts.search.reranks.load.working == 0)
        }
    }

    @Test("The same search goes on for those who still wait for it", .timeLimit(.minutes(1)))
    func others() async throws {
        let shop = try TestShop()
        let backend = GatedReranker()
        let server = try shop.server(backend: backend) { $0.limits.time = .seconds(600) }
        try await server.test(.live) { client in
            let connection = try RawConnection(port: try #require(client.port))
            try #require(connection.send(Self.request))
            try await until { backend.asked.value == 1 }
            async let other = client.get("/search?q=headphones&stage=rerank")
            try await Task.sleep(for: .milliseconds(200))
            connection.close()
            try await until { shop.log.all.joined().contains(#""status":499"#) }
            #expect(backend.cancelled.value == 0)
            backend.isOpen.change { $0 = true }
            let answer = try await other
            #expect(answer.status == 200 && answer.string("rerank.status") == "complete")
            #expect(backend.asked.value == 1)
        }
    }

    @Test("Work is cancelled when the last of those who share it leaves, not before", .timeLimit(.minutes(1)))
    func last() async throws {
        let shared = SharedWork<String, Int>()
        let (began, ended) = (Shared(0), Shared(0))
        let work: @Sendable () async throws -> Int = {
            began.change { $0 += 1 }
            defer { ended.change { $0 += 1 } }
            try await Task.sleep(for: .seconds(3600))
            return 1
        }
        let first = Task { try await shared.result("a", work) }
        try await until { began.value == 1 }
        let second = Task { try await shared.result("a", work) }
        try await Task.sleep(for: .milliseconds(100))
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        try await Task.sleep(for: .milliseconds(50))
        #expect(began.value == 1 && ended.value == 0)
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        try await until { ended.value == 1 }
        // The next one begins anew.
        let next = try await shared.result("a") { 2 }
        #expect(try next.result.get() == 2 && !next.isShared)
    }
}
