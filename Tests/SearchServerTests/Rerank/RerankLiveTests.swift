import Foundation
import HTTPTypes
import NIOCore
import Reranker
import Testing

@testable import SearchServer

@Suite("Rerank endpoints over a port")
struct RerankLiveTests {
    /// Every dialect that our own client speaks and this server answers in; SGLang's bare array is not offered.
    private static let dialects = [
        "vllm", "vllm-score", "llamacpp", "tei", "infinity", "cohere", "cohere-v1", "jina", "dashscope",
    ]

    @Test("Our own client gets the margins back in every dialect", arguments: dialects)
    func dialect(_ dialect: String) async throws {
        let setup = try RerankSetup()
        let margins = [-3.25, 0, 7.5, 0.125, -12, 2]
        try await setup.shop.server(backend: setup.backend).test(.live) { client in
            let port = try #require(client.port)
            let remote = try RemoteReranker(
                RemoteEndpoint("\(dialect)+http://127.0.0.1:\(port)?chunk=4"),
                environment: [:]
            )
            let result = try await remote.score(
                RerankRequest(query: "耳机 & <b>", documents: margins.map { "text =\($0)" })
            )
            let found = result.scores.compactMap { $0?.margin }
            #expect(found.count == margins.count)
            for (margin, expected) in zip(found, margins) { #expect(abs(margin - expected) < 1e-6, "\(dialect)") }
            // Servers of companies tell other counts.
            if dialect != "tei" { #expect(result.promptTokens == 60, "\(dialect)") }
        }
        // Six documents in requests of four.
        #expect(setup.backend.requests.map(\.documents.count).sorted() == [2, 4])
    }

    @Test("A client that leaves takes its work along", .timeLimit(.minutes(1)))
    func leaving() async throws {
        let setup = try RerankSetup(.waiting)
        try await setup.shop.server(backend: setup.backend).test(.live) { client in
            let connection = try RawConnection(port: try #require(client.port))
            let body = #"{"query": "q", "documents": ["a"]}"#
            let isSent = connection.send(
                "POST /v1/rerank HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            try #require(isSent)
            while setup.backend.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(setup.backend.cancelled == 0)
            connection.close()
            // Before the request's own time is over, which is longer than this test may take.
            while setup.backend.cancelled == 0 { try await Task.sleep(for: .milliseconds(5)) }
            while setup.shop.log.all.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(setup.shop.log.all.joined().contains(#""status":499"#))
        }
    }

    @Test("A connection serves one request after the other")
    func connection() async throws {
        let setup = try RerankSetup()
        try await setup.shop.server(backend: setup.backend).test(.live) { client in
            for number in 0..<5 {
                let answer = try await client.post("/v2/rerank", #"{"query": "q", "documents": ["=\#(number)"]}"#)
                #expect(answer.status == 200 && answer.headers[.connection] != "close")
            }
        }
        #expect(setup.backend.cancelled == 0)
    }
}
