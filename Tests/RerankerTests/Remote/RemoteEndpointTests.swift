import Testing

@testable import Reranker

@Suite struct RemoteEndpointTests {
    @Test func `A URL names dialect, address and settings`() throws {
        let endpoint = try RemoteEndpoint(
            "vllm-score+https://host.example:8443/a/b/?model=Qwen/Qwen3-Reranker-4B&template=none&chunk=8&parallel=2"
                + "&timeout=500ms&chars=100&retries=0&scores=margin"
        )
        #expect(endpoint.dialect == .vllmScore)
        #expect(endpoint.base == "https://host.example:8443/a/b")
        #expect(endpoint.settings.model == "Qwen/Qwen3-Reranker-4B")
        #expect(endpoint.settings.template == RemoteTemplate.none)
        #expect(endpoint.settings.chunk == 8)
        #expect(endpoint.settings.parallel == 2)
        #expect(endpoint.settings.timeout == .milliseconds(500))
        #expect(endpoint.settings.characters == 100)
        #expect(endpoint.settings.retries == 0)
        #expect(endpoint.settings.scores == .margin)
    }

    @Test(
        arguments: [
            ("http://h:1", nil), ("HTTPS://h", nil), ("llamacpp+http://h", .llamacpp), ("TEI+HTTP://h", .tei),
            ("cohere-v1+https://h", .cohereV1), ("https://api.cohere.com", .cohere), ("https://api.jina.ai/v1", .jina),
            ("https://dashscope-intl.aliyuncs.com", .dashscope), ("https://dashscope.example", nil),
        ] as [(String, RemoteDialect?)]
    )
    func `The dialect is that of the scheme, or of a well-known host`(url: String, dialect: RemoteDialect?) throws {
        #expect(try RemoteEndpoint(url).dialect == dialect)
    }

    @Test(arguments: [
        "", "model", "ollama+http://h", "vllm://h", "vllm+ftp://h", "a+vllm+http://h", "+http://h", "http://",
        "http:///x", "vllm+http://a b/", "file:///etc/passwd",
    ])
    func `What is no server's address is refused, with the schemes there are`(url: String) {
        #expect(throws: RemoteError.self) { try RemoteEndpoint(url) }
    }

    @Test(arguments: [
        "model=", "template=qwen", "chunk=0", "chunk=x", "parallel=65", "timeout=0", "timeout=5m", "timeout=9999s",
        "chars=-1", "retries=11", "scores=percent", "nonsense=1", "api_key=s3cret", "token=s3cret", "s3cret=s3cret&x",
    ])
    func `A wrong setting is refused by its name, and a key in the URL is not repeated`(query: String) throws {
        let error = #expect(throws: RemoteError.self) { try RemoteEndpoint("tei+http://h?\(query)") }
        guard case .badSetting(let name, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(query.hasPrefix(name + "="))
        #expect(error?.description.contains("=s3cret") == false)
    }

    @Test(
        arguments: [
            (.cohere, "", "/v2/rerank"), (.cohere, "/v2", "/v2/rerank"), (.cohere, "/v2/rerank", "/v2/rerank"),
            (.cohere, "/proxy", "/proxy/v2/rerank"), (.jina, "/x/v1/", "/x/v1/rerank"), (.vllm, "/v1", "/v1/rerank"),
            (.vllm, "/v1/rerank", "/v1/rerank"), (.dashscope, "/compatible-api/v1", "/compatible-api/v1/reranks"),
            (.cohere, "/v1/rerank", "/v1/rerank"), (.tei, "/reranker", "/reranker/rerank"),
        ] as [(RemoteDialect, String, String)]
    )
    func `A path that holds a part of the server's own is not doubled`(
        dialect: RemoteDialect,
        path: String,
        target: String
    ) throws {
        let endpoint = try RemoteEndpoint("\(dialect.rawValue)+http://h\(path)")
        #expect(endpoint.url(dialect.path) == "http://h" + target)
    }

    @Test(arguments: [
        ("http://h", "http://h/v1/models"), ("http://rerank", "http://rerank/v1/models"),
        ("http://h/v1", "http://h/v1/models"), ("http://h/reranker", "http://h/reranker/v1/models"),
        ("http://u:p@h/a/v1/rerank/", "http://u:p@h/a/v1/models"), ("http://h/v2/rerank", "http://h/v1/models"),
        ("http://h/rerank", "http://h/v1/models"), ("http://h/v1/score", "http://h/v1/models"),
        ("http://h/score", "http://h/v1/models"),
    ])
    func `What a server is, is asked beside the path for scores`(url: String, asked: String) throws {
        #expect(try RemoteEndpoint(url).probeURL("/v1/models") == asked)
    }

    @Test func `Neither password nor key can be seen in what people see`() async throws {
        let server = try StubServer { _ in
            .answer(401, #"{"error":{"message":"Incorrect API key provided: k3y-value, or password pa55word"}}"#)
        }
        let url = server.url.replacing("http://", with: "vllm+http://user:pa55word@")
        let reranker = try RemoteReranker(
            try RemoteEndpoint(url),
            environment: ["AISLE_RERANK_API_KEY": " k3y-value\n"]
        )
        let error = try #require(await reranker.failure())
        #expect(server.requests.first?.headers["authorization"] == "Bearer k3y-value")
        var seen = "\(error) \(String(reflecting: error)) \(reranker.description)"
        dump(reranker, to: &seen)
        #expect(!seen.contains("k3y-value"))
        #expect(!seen.contains("pa55word"))
        #expect(error.description.contains("Incorrect API key provided: ..."))
        #expect(error.description.contains("AISLE_RERANK_API_KEY"))
    }

    @Test func `Our own variable comes before that of the dialect, and others' keys go nowhere`() throws {
        let all = [
            "AISLE_RERANK_API_KEY": "a", "COHERE_API_KEY": "b", "CO_API_KEY": "c", "JINA_API_KEY": "d",
            "DASHSCOPE_API_KEY": "e",
        ]
        var rest = all
        rest["AISLE_RERANK_API_KEY"] = ""
        for dialect in RemoteDialect.allCases {
            #expect(try RemoteKey.find(dialect, in: all)?.value == "a")
        }
        #expect(try RemoteKey.find(.cohere, in: rest)?.value == "b")
        #expect(try RemoteKey.find(.cohereV1, in: ["CO_API_KEY": "c"])?.value == "c")
        #expect(try RemoteKey.find(.jina, in: rest)?.value == "d")
        #expect(try RemoteKey.find(.dashscope, in: rest)?.value == "e")
        #expect(try RemoteKey.find(.vllm, in: rest) == nil)
        #expect(throws: RemoteError.badKey(variable: "AISLE_RERANK_API_KEY")) {
            try RemoteKey.find(.vllm, in: ["AISLE_RERANK_API_KEY": "a\r\nX: y"])
        }
    }

    @Test func `Scores are kept apart by everything that changes them`() throws {
        let base = "vllm+http://h"
        let others = [
            "vllm+http://i", "vllm-score+http://h", "vllm+http://h?model=m", "vllm+http://h?template=qwen3",
            "vllm+http://h?chars=9", "vllm+http://h?scores=margin",
        ]
        let prints = try ([base] + others).map {
            try RemoteReranker(try RemoteEndpoint($0), environment: [:]).description.fingerprint
        }
        #expect(Set(prints).count == prints.count)
        let same = try RemoteReranker(try RemoteEndpoint("vllm+http://h/?parallel=9&chunk=3"), environment: [:])
        #expect(same.description.fingerprint == prints[0])
    }
}
