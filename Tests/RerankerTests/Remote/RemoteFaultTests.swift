import Testing

@testable import Reranker

/// An answer with status 200 that cannot be used.
struct WrongAnswerCase: Sendable, CustomTestStringConvertible {
    var body: String
    var error: @Sendable (String) -> RemoteError
    /// What the message must say.
    var says: String

    var testDescription: String { body }

    static let all = [
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":0.5}]}"#,
            error: { .missingScores(server: $0, first: 1, missing: 1, count: 2) },
            says: "left out 1 of 2"
        ),
        WrongAnswerCase(
            body: #"{"results":[]}"#,
            error: { .missingScores(server: $0, first: 0, missing: 2, count: 2) },
            says: "left out 2 of 2"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":1,"relevance_score":0.5},{"index":1,"relevance_score":0.5}]}"#,
            error: { .duplicateIndex(server: $0, index: 1) },
            says: "document 1 twice"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":0.5},{"index":2,"relevance_score":0.5}]}"#,
            error: { .indexOutOfRange(server: $0, index: 2, count: 2) },
            says: "asked for 0...1"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":-1,"relevance_score":0.5},{"index":0,"relevance_score":0.5}]}"#,
            error: { .indexOutOfRange(server: $0, index: -1, count: 2) },
            says: "document -1"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"relevance_score":0.5},{"index":0,"relevance_score":0.5}]}"#,
            error: { .noIndex(server: $0) },
            says: "no index"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":null},{"index":1,"relevance_score":0.5}]}"#,
            error: { .badScore(server: $0, index: 0, found: "null") },
            says: "null as the score of document 0: its model computes no number"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":"0.9"},{"index":1,"relevance_score":0.5}]}"#,
            error: { .badScore(server: $0, index: 0, found: "\"0.9\"") },
            says: "\"0.9\" as the score"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":NaN},{"index":1,"relevance_score":0.5}]}"#,
            error: { .badScore(server: $0, index: nil, found: "NaN") },
            says: "NaN as the score"
        ),
        WrongAnswerCase(
            body: #"{"note":"a \" NaN","results":[{"index":0,"relevance_score":-Infinity}]}"#,
            error: { .badScore(server: $0, index: nil, found: "Infinity") },
            says: "Infinity"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":true},{"index":1,"relevance_score":0.5}]}"#,
            error: { .badScore(server: $0, index: 0, found: "something that is not a number") },
            says: "not a number"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0},{"index":1,"relevance_score":0.5}]}"#,
            error: { .badScore(server: $0, index: 0, found: "nothing") },
            says: "nothing as the score"
        ),
        WrongAnswerCase(
            body: #"{"results":[{"index":0,"relevance_score":0.5},{"index":1,"rel"#,
            error: { .notJSON(server: $0, start: #"{"results":[{"index":0,"relevance_score":0.5},{"index":1,"rel"#) },
            says: "not JSON"
        ),
        WrongAnswerCase(body: "", error: { .notJSON(server: $0, start: "") }, says: "not JSON"),
        WrongAnswerCase(
            body: "<html>\r\n\u{1b}[31mNaN</html>",
            error: { _ in .transfer(.cancelled) },
            says: "NaN"
        ),
        WrongAnswerCase(
            body: #"{"embedding":[1,2]}"#,
            error: { .noScores(server: $0, start: #"{"embedding":[1,2]}"#) },
            says: "no scores in it"
        ),
        WrongAnswerCase(body: "[1,2]", error: { .noScores(server: $0, start: "[1,2]") }, says: "no scores in it"),
        WrongAnswerCase(body: "3", error: { .noScores(server: $0, start: "3") }, says: "no scores in it"),
        WrongAnswerCase(
            body: #"{"results":{"index":0}}"#,
            error: { .noScores(server: $0, start: #"{"results":{"index":0}}"#) },
            says: "no scores in it"
        ),
    ]
}

@Suite struct RemoteFaultTests {
    @Test(arguments: WrongAnswerCase.all)
    func `An answer that cannot be trusted is refused with the reason`(wrong: WrongAnswerCase) async throws {
        let server = try StubServer { _ in .answer(200, wrong.body) }
        let error = try #require(await server.reranker().failure())
        if wrong.error(server.url) != .transfer(.cancelled) { #expect(error == wrong.error(server.url)) }
        #expect(error.description.contains(wrong.says))
        #expect(!error.description.contains("\u{1b}"))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        #"{"headers":{"authorization":"Bearer k3y-value"}}"#, "401 for k3y-value",
        "Authorization: Basic dXNlcjpwYTU1d29yZA==", "pa55word is wrong",
    ])
    func `A body that repeats key or password is quoted without`(body: String) async throws {
        let server = try StubServer { _ in .answer(200, body) }
        let url = server.url.replacing("http://", with: "vllm+http://user:pa55word@")
        let key = ["AISLE_RERANK_API_KEY": "k3y-value"]
        let error = try #require(await RemoteReranker(try RemoteEndpoint(url), environment: key).failure())
        for secret in ["k3y-value", "pa55word", "dXNlcjpwYTU1d29yZA=="] {
            #expect(!error.description.contains(secret))
        }
        #expect(error.description.contains("begins: ") && error.description.contains("..."))
    }

    @Test(arguments: [
        nil, #"{"q":"\u96e8\u9774 \"red\""}"#, #"{"q":"\u96E8\u9774 \"red\""}"#, "cannot score 雨靴 \"red\"!",
        "cannot score \"Lamp with a shade of linen and a foot of b...\"",
        "LAMP WITH A SHADE OF LINEN AND A FOOT OF BRASS",
    ])
    func `A body that repeats query or document is not quoted`(body: String?) async throws {
        let server = try StubServer { request in
            .answer(200, body ?? String(decoding: request.body, as: UTF8.self))
        }
        let reranker = try server.reranker()
        let request = RerankRequest(
            query: #"雨靴 "red""#,
            documents: ["Lamp with a shade of linen and a foot of brass, 40 cm"]
        )
        let error = await #expect(throws: RemoteError.self) { try await reranker.score(request) }
        #expect(error?.description.hasSuffix("begins: (it repeats what was asked)") == true)
    }

    @Test func `An answer may be as large as the request explains, and no larger`() async throws {
        let server = try StubServer { request in
            let scores = AnyDocuments.of(request).indices.map { "{\"index\":\($0),\"relevance_score\":0.5}" }
            let padding = String(repeating: "x", count: 5 << 20)
            return .answer(200, "{\"results\":[\(scores.joined(separator: ","))],\"x\":\"\(padding)\"}")
        }
        let error = try await server.reranker().failure(["a"])
        let sent = try #require(server.requests.first?.body.count)
        let host = "127.0.0.1:\(server.port)"
        #expect(error == .transfer(.tooLarge(host: host, limit: (4 << 20) + 8 * sent)))
        let long = Array(repeating: String(repeating: "x", count: 6000), count: 32)
        let result = try await server.reranker().score(RerankRequest(query: "q", documents: long))
        #expect(result.probabilities == Array(repeating: 0.5, count: 32))
    }

    @Test func `A wrong order is put right, fields in any order and unknown ones included`() async throws {
        let answer = #"""
            {"x":[1,{"index":9}],"results":[{"relevance_score":0.3,"y":null,"index":2},
            {"index":0,"relevance_score":1e-1},{"index":1,"relevance_score":0.2}],"usage":null}
            """#
        let server = try StubServer { _ in .answer(200, answer) }
        let result = try await server.reranker().score(RerankRequest(query: "q", documents: ["a", "b", "c"]))
        #expect(result.probabilities == [0.1, 0.2, 0.3])
        #expect(result.promptTokens == nil)
    }

    // MARK: The connection

    @Test func `Connection faults are reported as what they are, and never repeated`() async throws {
        let server = try StubServer { request in
            switch request.path {
            case "/drop/rerank": .dropped
            case "/short/rerank": .truncated(#"{"results":[{"in"#, announced: 100)
            default: .answer(200, "{}").after(5000)
            }
        }
        func failure(_ path: String) async throws -> RemoteError? {
            let url = "llamacpp+\(server.url)\(path)"
            return try await RemoteReranker(try RemoteEndpoint(url), environment: [:]).failure()
        }
        let host = "127.0.0.1:\(server.port)"
        #expect(try await failure("/drop") == .transfer(.connectionLost(host: host)))
        #expect(try await failure("/short") == .transfer(.truncated(host: host)))
        #expect(try await failure("/slow?timeout=1s") == .transfer(.timedOut(host: host, after: .seconds(1))))
        #expect(server.requests.count == 3)
    }

    @Test func `A server that is not there, or does not speak TLS, is reported`() async throws {
        let port = try StubServer.closedPort()
        let nobody = try RemoteReranker(try RemoteEndpoint("tei+http://127.0.0.1:\(port)"), environment: [:])
        #expect(await nobody.failure() == .transfer(.couldNotConnect(host: "127.0.0.1:\(port)")))
        let server = try StubServer { _ in .answer() }
        let url = server.url.replacing("http:", with: "tei+https:")
        let error = try await RemoteReranker(try RemoteEndpoint(url), environment: [:]).failure()
        guard case .transfer(.tls) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `A redirect is not followed: a POST would become a GET`() async throws {
        let server = try StubServer { _ in
            .answer(307, headers: [("Location", "https://user:pw@elsewhere.example/rerank?key=1")])
        }
        let error = try await server.reranker().failure()
        #expect(
            error == .redirected(server: server.url, status: 307, to: "https://elsewhere.example/rerank?key=...")
        )
    }

    @Test func `One connection serves request after request`() async throws {
        let server = try StubServer { .reading($0) }
        let reranker = try server.reranker()
        for _ in 0..<5 { _ = try await reranker.score(RerankRequest(query: "q", documents: ["0.5"])) }
        #expect(server.requests.count == 5)
        #expect(server.connections == 1)
    }

    @Test func `No documents need no request`() async throws {
        let server = try StubServer { _ in .answer(500) }
        #expect(try await server.reranker().score(RerankRequest(query: "q", documents: [])).scores.isEmpty)
        #expect(server.requests.isEmpty)
    }
}
