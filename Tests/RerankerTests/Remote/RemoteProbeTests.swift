import Foundation
import Testing

@testable import Reranker

/// A server as it introduces itself.
struct IntroductionCase: Sendable, CustomTestStringConvertible {
    var dialect: RemoteDialect
    var path: String
    var body: String
    var model: String

    var testDescription: String { dialect.rawValue }

    static let all = [
        IntroductionCase(
            dialect: .vllm,
            path: "/v1/models",
            body: #"{"object":"list","data":[{"id":"Qwen/Qwen3-Reranker-0.6B","object":"model","created":1,"#
                + #""owned_by":"vllm","root":"x","parent":null,"max_model_len":8192,"permission":[]}]}"#,
            model: "Qwen/Qwen3-Reranker-0.6B"
        ),
        IntroductionCase(
            dialect: .llamacpp,
            path: "/v1/models",
            body: #"{"models":[{"name":"x"}],"object":"list","data":[{"id":"q.gguf","owned_by":"llamacpp"}]}"#,
            model: "q.gguf"
        ),
        IntroductionCase(
            dialect: .sglang,
            path: "/v1/models",
            body: #"{"object":"list","data":[{"id":"m","object":"model","owned_by":"sglang"}]}"#,
            model: "m"
        ),
        IntroductionCase(
            dialect: .tei,
            path: "/info",
            body: #"{"model_id":"BAAI/bge-reranker-base","model_sha":"abc","model_dtype":"float16","#
                + #""model_type":{"reranker":{"id2label":{"0":"L"},"label2id":{"L":0}}},"max_client_batch_size":2}"#,
            model: "BAAI/bge-reranker-base"
        ),
        IntroductionCase(
            dialect: .infinity,
            path: "/models",
            body: #"{"data":[{"id":"m","stats":{},"object":"model","owned_by":"infinity"}],"object":"list"}"#,
            model: "m"
        ),
        IntroductionCase(
            dialect: .infinity,
            path: "/models",
            body: #"{"data":{"id":"m","stats":{},"owned_by":"infinity"},"object":"list"}"#,
            model: "m"
        ),
    ]
}

@Suite struct RemoteProbeTests {
    @Test(arguments: IntroductionCase.all)
    func `A server behind a plain URL is known by what it says about itself`(introduction: IntroductionCase)
        async throws
    {
        let server = try StubServer { request in
            if request.path == introduction.path { return .answer(200, introduction.body) }
            if request.method == "GET" { return .answer(404, "{}") }
            let items = AnyDocuments.of(request).indices.map { "{\"index\":\($0),\"score\":0.5}" }.joined(
                separator: ","
            )
            let isList = introduction.dialect.answerShapes == [.list]
            return .answer(200, isList ? "[\(items)]" : "{\"results\":[\(items)]}")
        }
        let reranker = try await RemoteReranker.connect(server.url, environment: [:])
        #expect(reranker.description.backend == introduction.dialect.rawValue)
        #expect(reranker.description.model == introduction.model)
        #expect(reranker.description.fingerprint.contains(introduction.model))
        let result = try await reranker.score(RerankRequest(query: "q", documents: ["a", "b", "c"]))
        #expect(result.probabilities == [0.5, 0.5, 0.5])
        // The batch size that TEI states is respected.
        let posts = server.requests.filter { $0.method == "POST" }
        #expect(posts.count == (introduction.dialect == .tei ? 2 : 1))
        // What was learned is not sent: servers with one model may know it by another name.
        #expect(posts.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("\"model\"") })
    }

    @Test func `A server that is none of these is refused, with the schemes there are`() async throws {
        for body in ["{}", "[]", "<html>", #"{"data":[]}"#, #"{"data":[{"id":"m","owned_by":"ollama"}]}"#] {
            let server = try StubServer { _ in .answer(200, body) }
            let error = await #expect(throws: RemoteError.self) {
                try await RemoteReranker.connect(server.url, environment: [:])
            }
            #expect(error == .unknownDialect(server: server.url, tried: ["/v1/models", "/info", "/models"]))
            #expect(error?.description.contains("llamacpp+http") == true)
        }
    }

    @Test func `A server that wants a key says so`() async throws {
        let server = try StubServer { _ in .answer(401, #"{"error":"Unauthorized"}"#) }
        let error = await #expect(throws: RemoteError.self) {
            try await RemoteReranker.connect(server.url, environment: [:])
        }
        #expect(error?.description.contains("AISLE_RERANK_API_KEY") == true)
    }

    @Test(arguments: [(307, "https://elsewhere.example/"), (429, "overloaded"), (503, "starting"), (500, "log")])
    func `What keeps an unknown server from introducing itself is said`(status: Int, word: String) async throws {
        let server = try StubServer { request in
            switch request.path {
            case "/v1/models": .answer(404, "{}")
            case "/info": .answer(status, "{}", headers: [("Location", "https://elsewhere.example/")])
            // What comes first is what is said.
            default: .answer(401, "{}")
            }
        }
        let error = await #expect(throws: RemoteError.self) {
            try await RemoteReranker.connect(server.url, environment: [:])
        }
        #expect(error?.description.contains("\(status)") == true && error?.description.contains(word) == true)
    }

    @Test(arguments: [("/v1/rerank", "/v1/models"), ("/x/rerank", "/x/v1/models"), ("/x/v2/rerank", "/x/v1/models")])
    func `A URL that names the path for scores is asked beside it what the server is`(own: String, asked: String)
        async throws
    {
        let server = try StubServer { request in
            switch (request.method, request.path) {
            case ("GET", asked): .answer(200, IntroductionCase.all[0].body)
            case ("POST", own): .results([0.5])
            default: .answer(404, "{}")
            }
        }
        let reranker = try await RemoteReranker.connect(server.url + own, environment: [:])
        let result = try await reranker.score(RerankRequest(query: "q", documents: ["a"]))
        #expect(result.probabilities == [0.5])
    }

    @Test func `A model's name is one line of bounded length, whoever says it`() {
        let id = "a\\u001b[31m\\nb" + String(repeating: "x", count: 300)
        let shown = "a [31m b" + String(repeating: "x", count: 192) + "..."
        let list = RemoteProbe.read(Array(#"{"data":[{"id":"\#(id)"}]}"#.utf8), path: "/v1/models")
        #expect(list?.model == shown)
        let tei = RemoteProbe.read(Array(#"{"model_id":"\#(id)","model_sha":"\#(id)"}"#.utf8), path: "/info")
        #expect(tei?.model == shown && tei?.revision == shown)
    }

    @Test func `The key goes along when the server is looked at`() async throws {
        let server = try StubServer { _ in .answer(200, IntroductionCase.all[0].body) }
        _ = try await RemoteReranker.connect(server.url, environment: ["AISLE_RERANK_API_KEY": "k"])
        #expect(server.requests.first?.headers["authorization"] == "Bearer k")
    }

    @Test func `A server that says nothing is taken at the URL's word`() async throws {
        let server = try StubServer { _ in .answer(404, "nothing") }
        let reranker = try await RemoteReranker.connect("infinity+\(server.url)?model=m", environment: [:])
        #expect(reranker.description.backend == "infinity")
        #expect(reranker.description.model == "m")
    }

    @Test func `A late introduction does not hold up a server whose dialect is known`() async throws {
        let server = try StubServer { _ in .answer(200, "{}").after(5000) }
        let url = "llamacpp+\(server.url)?timeout=1s"
        #expect(try await RemoteReranker.connect(url, environment: [:]).description.backend == "llamacpp")
        await #expect(throws: RemoteError.self) {
            try await RemoteReranker.connect("\(server.url)?timeout=1s", environment: [:])
        }
    }

    @Test func `An unknown server may take as long as the URL says to introduce itself`() async throws {
        let server = try StubServer { _ in .answer(200, IntroductionCase.all[0].body).after(3300) }
        await #expect(throws: RemoteError.self) { try await RemoteReranker.connect(server.url, environment: [:]) }
        let reranker = try await RemoteReranker.connect("\(server.url)?timeout=60s", environment: [:])
        #expect(reranker.description.backend == "vllm")
    }

    @Test func `Nobody there is an error at once`() async throws {
        let port = try StubServer.closedPort()
        for scheme in ["http", "tei+http"] {
            await #expect(throws: RemoteError.transfer(.couldNotConnect(host: "127.0.0.1:\(port)"))) {
                try await RemoteReranker.connect("\(scheme)://127.0.0.1:\(port)", environment: [:])
            }
        }
    }
}
