import Foundation
import Testing

@testable import Reranker

/// A server's way of saying no.
struct RefusalCase: Sendable, CustomTestStringConvertible {
    var dialect: RemoteDialect
    var status: Int
    var body: String
    /// What of it is quoted.
    var message: String
    /// What the advice must name.
    var advice: String

    var testDescription: String { "\(dialect.rawValue) \(status) \(body.prefix(60))" }

    static let all = [
        RefusalCase(
            dialect: .vllm,
            status: 404,
            body:
                #"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}}"#,
            message: "The model `x` does not exist.",
            advice: "path"
        ),
        RefusalCase(
            dialect: .vllm,
            status: 400,
            body: #"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
            message: "bad",
            advice: "model's name"
        ),
        RefusalCase(
            dialect: .vllm,
            status: 400,
            body: #"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"x","code":400}}"#,
            message: "This model's maximum context length is 8192 tokens.",
            advice: "chars="
        ),
        RefusalCase(
            dialect: .vllm,
            status: 401,
            body: #"{"error":"Unauthorized"}"#,
            message: "Unauthorized",
            advice: "AISLE_RERANK_API_KEY"
        ),
        RefusalCase(
            dialect: .tei,
            status: 422,
            body: #"{"error":"Input validation error: tokens","error_type":"Validation"}"#,
            message: "Input validation error: tokens",
            advice: "scheme"
        ),
        RefusalCase(
            dialect: .tei,
            status: 424,
            body: #"{"error":"Inference failed","error_type":"Backend"}"#,
            message: "Inference failed",
            advice: "log"
        ),
        RefusalCase(
            dialect: .tei,
            status: 429,
            body: #"{"error":"Model is overloaded","error_type":"Overloaded"}"#,
            message: "Model is overloaded",
            advice: "parallel=1"
        ),
        RefusalCase(
            dialect: .llamacpp,
            status: 501,
            body:
                #"{"error":{"code":501,"message":"This server does not support reranking. Start it with `--reranking`","#
                + #""type":"not_supported_error"}}"#,
            message: "This server does not support reranking. Start it with `--reranking`",
            advice: "Start llama-server with --reranking and a reranker's GGUF file"
        ),
        RefusalCase(
            dialect: .llamacpp,
            status: 503,
            body: #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
            message: "Loading model",
            advice: "loading its model"
        ),
        RefusalCase(
            dialect: .llamacpp,
            status: 500,
            body: #"{"error":{"code":500,"message":"input is too large to process. increase the physical batch size","#
                + #""type":"server_error"}}"#,
            message: "input is too large to process. increase the physical batch size",
            advice: "-ub"
        ),
        RefusalCase(
            dialect: .infinity,
            status: 422,
            body: #"{"detail":[{"loc":["body","documents",0],"msg":"too short","type":"x"},{"msg":"second"}]}"#,
            message: "body.documents.0: too short; second",
            advice: "scheme"
        ),
        RefusalCase(dialect: .sglang, status: 400, body: #"{"detail":"no"}"#, message: "no", advice: "scheme"),
        RefusalCase(
            dialect: .cohere,
            status: 401,
            body: #"{"id":"1","message":"invalid api token"}"#,
            message: "invalid api token",
            advice: "COHERE_API_KEY or CO_API_KEY"
        ),
        RefusalCase(
            dialect: .cohere,
            status: 498,
            body: #"{"message":"invalid token"}"#,
            message: "invalid token",
            advice: "URL"
        ),
        RefusalCase(
            dialect: .jina,
            status: 402,
            body: #"{"detail":"Insufficient balance"}"#,
            message: "Insufficient balance",
            advice: "credit"
        ),
        RefusalCase(
            dialect: .dashscope,
            status: 400,
            body: #"{"code":"InvalidParameter","message":"url error","request_id":"1"}"#,
            message: "url error",
            advice: "model's name"
        ),
        RefusalCase(
            dialect: .vllm,
            status: 502,
            body: "<html><h1>Bad Gateway</h1></html>",
            message: "an HTML page",
            advice: "log"
        ),
        RefusalCase(dialect: .vllm, status: 500, body: "", message: "", advice: "log"),
        RefusalCase(
            dialect: .vllm,
            status: 500,
            body: "a\u{1b}[31m\r\n\tb\u{202e}c",
            message: "a [31m b c",
            advice: "log"
        ),
        RefusalCase(
            dialect: .vllm,
            status: 500,
            body: String(repeating: "x", count: 100_000),
            message: String(repeating: "x", count: 300) + "...",
            advice: "log"
        ),
    ]
}

@Suite struct RemoteRefusalTests {
    @Test(arguments: RefusalCase.all)
    func `A refusal is quoted, bounded and cleaned, with what to do`(refusal: RefusalCase) async throws {
        let server = try StubServer { _ in .answer(refusal.status, refusal.body) }
        let error = try await server.reranker(refusal.dialect, "retries=0").failure(["a"])
        guard case .refused(let said) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(said.server == server.url)
        #expect(said.status == refusal.status)
        #expect(said.message == refusal.message)
        #expect(said.description.contains("\(refusal.status)"))
        #expect(said.description.contains(refusal.advice))
    }

    @Test(arguments: [
        (429, "Retry-After: 0", 2), (503, "Retry-After: 0", 2), (429, "X: y", 2), (500, "Retry-After: 0", 1),
        (400, "X: y", 1), (401, "X: y", 1), (502, "X: y", 1), (504, "X: y", 1),
    ])
    func `Only 429 and 503 are asked again`(status: Int, header: String, requests: Int) async throws {
        let counter = CallCounter()
        let parts = header.components(separatedBy: ": ")
        let server = try StubServer { request in
            counter.next() == 1 ? .answer(status, "{}", headers: [(parts[0], parts[1])]) : .reading(request)
        }
        let result = try? await server.reranker().score(RerankRequest(query: "q", documents: ["0.5"]))
        #expect((result?.probabilities == [0.5]) == (requests == 2))
        #expect(server.requests.count == requests)
    }

    @Test func `A quota of tokens is not taken for a document's length`() async throws {
        let server = try StubServer { _ in .answer(429, #"{"message":"rate limit: too many tokens per minute"}"#) }
        _ = try await server.reranker(.cohere, "retries=0").failure(["a", "b", "c", "d"])
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [0, 1, 3])
    func `Repetitions are bounded`(retries: Int) async throws {
        let server = try StubServer { _ in
            .answer(503, #"{"error":{"message":"Loading model"}}"#, headers: [("Retry-After", "0")])
        }
        let error = try await server.reranker(.llamacpp, "retries=\(retries)").failure(["a"])
        #expect(server.requests.count == retries + 1)
        #expect(error?.description.contains("Loading model") == true)
    }

    @Test func `A wait that would pass the deadline is not begun`() async throws {
        let server = try StubServer { _ in .answer(429, "{}", headers: [("Retry-After", "10")]) }
        let start = ContinuousClock.now
        let error = try await server.reranker().failure(["a"], deadline: .seconds(5))
        guard case .refused(let refusal) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(refusal.retryAfter == 10)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(server.requests.count == 1)
    }

    @Test func `Pauses double, are never shorter than asked for, and vary`() throws {
        for attempt in 1...5 {
            let middle = 0.2 * Double(1 << (attempt - 1))
            let pauses = (0..<50).compactMap { _ in
                RemotePause.next(attempt: attempt, retryAfter: nil, remaining: nil)
            }
            let seconds = pauses.map { $0 / .seconds(1) }
            #expect(seconds.allSatisfy { (middle * 0.499...middle * 1.501).contains($0) })
            #expect(Set(seconds).count > 10)
        }
        let asked = try #require(RemotePause.next(attempt: 1, retryAfter: 7, remaining: nil))
        #expect(asked >= .seconds(7) && asked < .seconds(8))
        #expect(RemotePause.next(attempt: 1, retryAfter: 31, remaining: nil) == nil)
        #expect(RemotePause.next(attempt: 1, retryAfter: 2, remaining: .seconds(2)) == nil)
        #expect(RemotePause.next(attempt: 1, retryAfter: .max, remaining: nil) == nil)
    }

    @Test(
        arguments: [
            ("5", 5), ("0", 0), ("1.2", 2), ("Thu, 01 Jan 1970 00:01:40 GMT", 90), ("Thu, 01 Jan 1970 00:00:01 GMT", 0),
            ("99999999999999999999", 86_400), ("-1", nil), ("soon", nil), ("", nil), (nil, nil),
        ] as [(String?, Int?)]
    )
    func `Retry-After is a number or a date`(header: String?, seconds: Int?) {
        #expect(RemotePause.seconds(header, now: Date(timeIntervalSince1970: 10)) == seconds)
    }
}
