import Foundation
import HTTPTypes
import Reranker
import Testing

@testable import SearchServer

@Suite("Errors of the rerank endpoints")
struct RerankErrorTests {
    private static let paths = RerankPath.allCases.map(\.rawValue)

    /// A body every path takes.
    private static let good = #"{"query": "q", "documents": ["a =1", "b =2"]}"#

    @Test("What cannot be meant is refused with the field's name")
    func fields() async throws {
        let setup = try RerankSetup()
        let cases: [(body: String, field: String)] = [
            (#"{"documents": ["a"]}"#, "query"), (#"{"query": "q"}"#, "documents"),
            (#"{"query": "q", "documents": []}"#, "documents"), (#"{"query": 7, "documents": ["a"]}"#, "query"),
            (#"{"query": " ", "documents": ["a"]}"#, "query"),
            (#"{"query": "q", "documents": 7}"#, "documents"),
            (#"{"query": "q", "documents": ["a", 7]}"#, "documents[1]"),
            (#"{"query": "q", "documents": ["a", null]}"#, "documents[1]"),
            (#"{"query": "q", "documents": ["a", ["b"]]}"#, "documents[1]"),
            (#"{"query": "q", "documents": ["a", {"title": "b"}]}"#, "documents[1]"),
            (#"{"query": "q", "documents": [{"text": 3}]}"#, "documents[0].text"),
            (#"{"query": "q", "documents": [{"content": [{"type": "image_url"}]}]}"#, "documents[0].content"),
            (#"{"query": "q", "passages": [{"title": "b"}], "rank_fields": ["x"]}"#, "passages[0]"),
            (#"{"query": "q", "documents": ["a"], "items": ["a"]}"#, #"documents" and "items"#),
            (#"{"query": "q", "documents": ["a"], "top_n": "3"}"#, "top_n"),
            (#"{"query": "q", "documents": ["a"], "top_n": -1}"#, "top_n"),
            (#"{"query": "q", "documents": ["a"], "top_k": 1.5}"#, "top_k"),
            (#"{"query": "q", "documents": ["a"], "return_documents": "yes"}"#, "return_documents"),
            (#"{"query": "q", "documents": ["a"], "raw_scores": 1}"#, "raw_scores"),
            (#"{"query": "q", "documents": ["a"], "instruct": ["do"]}"#, "instruct"),
            (#"{"query": "q", "documents": ["a"], "rank_fields": "title"}"#, "rank_fields"),
            (
                #"{"query": "q", "documents": ["a"], "rank_fields": [\#((0...100).map { "\"\($0)\"" }.joined(separator: ","))]}"#,
                "rank_fields"
            ),
            (#"{"query": "q", "documents": ["a"], "max_tokens_per_doc": true}"#, "max_tokens_per_doc"),
            (#"{"query": "q", "documents": ["a"], "truncate": "END"}"#, "truncate"),
            (#"{"query": "q", "documents": ["a"], "truncation_direction": "Left"}"#, "truncation_direction"),
            (#"{"query": "q", "documents": ["a"], "model": 3}"#, "model"),
            (#"{"query": "q", "documents": ["a"], "budget_ms": 0}"#, "budget_ms"),
        ]
        for (body, field) in cases {
            for path in ["/v1/rerank", "/v2/rerank", "/rerank"] {
                let answer = try await setup.post(path, body)
                #expect(answer.status == 400, "\(body) \(answer.text)")
                #expect(answer.string("error.param") == field, "\(body) \(answer.text)")
                #expect(answer.string("message")?.contains(field) == true, "\(answer.text)")
                // The same in Cohere's, Jina's and OpenAI's words.
                #expect(answer.string("message") == answer.string("error.message"))
                #expect(answer.string("message") == answer.string("detail"))
                #expect(answer.string("error.field") == field && answer.string("error.type") == "BadRequestError")
            }
        }
        #expect(setup.backend.requests.isEmpty)
    }

    @Test("Pairs that cannot be made are refused")
    func pairs() async throws {
        let setup = try RerankSetup()
        for (body, field) in [
            (#"{"text_1": ["a", "b"], "text_2": ["c", "d", "e"]}"#, "text_1"),
            (#"{"text_1": ["a", "b"], "text_2": "c"}"#, "text_1"), (#"{"text_1": "a"}"#, "documents"),
            (#"{"text_2": "a"}"#, "queries"), (#"{"text_1": ["a", ""], "text_2": ["c", "d"]}"#, "text_1[1]"),
            (#"{"text_1": "a", "text_2": [1]}"#, "text_2[0]"),
        ] {
            let answer = try await setup.post("/v1/score", body)
            #expect(answer.status == 400 && answer.string("error.param") == field, "\(body) \(answer.text)")
        }
    }

    @Test("Bodies that are no JSON objects are refused, on every path")
    func bodies() async throws {
        let setup = try RerankSetup()
        for path in Self.paths {
            for body in ["", "{", "[]", "null", #""text""#, #"{"query": "\ud800", "documents": ["a"]}"#] {
                let answer = try await setup.post(path, body)
                #expect(answer.status == 400, "\(path) \(body) \(answer.text)")
                #expect(answer.string("message")?.isEmpty == false)
            }
        }
        let form = try await setup.shop.server(backend: setup.backend).test(.router) { client in
            try await client.post("/v1/rerank", "query=q", type: "application/x-www-form-urlencoded")
        }
        #expect(form.status == 415 && form.string("error.param") == "Content-Type")
    }

    @Test("Too many and too large documents are refused with the limit")
    func limits() async throws {
        let setup = try RerankSetup()
        func answer(_ path: String, _ body: String) async throws -> TestAnswer {
            try await setup.post(path, body) { settings in
                settings.limits.rerank.documents = 3
                settings.limits.rerank.documentBytes = 2_000
                settings.limits.rerank.bodyBytes = 10_000
                settings.limits.rerank.queryLength = 50
            }
        }
        let long = String(repeating: "x", count: 2_001)
        for (body, field, limit) in [
            (#"{"query": "q", "documents": ["a", "b", "c", "d"]}"#, "documents", "3"),
            (#"{"query": "q", "documents": ["a", "\#(long)"]}"#, "documents[1]", "2000"),
            (#"{"query": "q", "documents": [{"text": "\#(long)"}]}"#, "documents[0]", "2000"),
        ] {
            let common = try await answer("/v1/rerank", body)
            #expect(common.status == 413 && common.string("error.param") == field, "\(common.text)")
            #expect(common.string("message")?.contains(limit) == true, "\(common.text)")
            let tei = try await answer("/rerank", body.replacing("documents", with: "texts"))
            #expect(tei.status == 413 && tei.string("error_type") == "Validation")
            #expect(tei.string("error")?.contains(limit) == true, "\(tei.text)")
        }
        #expect(try await answer("/v1/rerank", #"{"query": "q", "documents": ["a", "b", "c"]}"#).status == 200)
        let huge = #"{"query": "q", "documents": ["\#(String(repeating: "x", count: 11_000))"]}"#
        let refused = try await answer("/v2/rerank", huge)
        #expect(refused.status == 413 && refused.string("message")?.contains("10000") == true)
        let query = #"{"query": "\#(String(repeating: "x", count: 51))", "documents": ["a"]}"#
        #expect(try await answer("/v2/rerank", query).string("error.param") == "query")
    }

    @Test("TEI's clients get TEI's errors")
    func tei() async throws {
        let setup = try RerankSetup()
        for (body, status, type) in [
            (#"{"query": "q", "texts": []}"#, 400, "Empty"), (#"{"query": "q", "texts": [3]}"#, 422, "Validation"),
            (#"{"texts": ["a"]}"#, 422, "Validation"),
        ] {
            let answer = try await setup.post("/rerank", body)
            #expect(answer.status == status && answer.names == ["error", "error_type"], "\(answer.text)")
            #expect(answer.string("error_type") == type)
        }
    }

    @Test("Without a model every path answers 501, with one that cannot be used 503")
    func noModel() async throws {
        let shop = try TestShop()
        for path in Self.paths {
            let none = try await shop.server().test(.router) { try await $0.post(path, Self.good) }
            #expect(none.status == 501 && none.string("error.type") == "NotImplementedError", "\(path) \(none.text)")
            #expect(none.string("message")?.contains("--model") == true)
            let broken = try await shop.server(unavailable: "its weights are gone").test(.router) {
                try await $0.post(path, Self.good)
            }
            #expect(broken.status == 503 && broken.string("message")?.contains("weights are gone") == true)
        }
        let tei = try await shop.server().test(.router) {
            try await $0.post("/rerank", #"{"query": "q", "texts": ["a"]}"#)
        }
        #expect(tei.status == 501 && tei.string("error_type") == "Unhealthy")
    }

    @Test("A busy reranker is 503 with Retry-After, or 429 in TEI's words")
    func overloaded() async throws {
        let setup = try RerankSetup(.failing(EngineError.busy(waiting: 10_000)))
        let common = try await setup.post("/v1/rerank", Self.good)
        #expect(common.status == 503 && common.headers[.retryAfter] != nil)
        #expect(common.string("error.type") == "ServiceUnavailableError")
        let tei = try await setup.post("/rerank", #"{"query": "q", "texts": ["a"]}"#)
        #expect(tei.status == 429 && tei.headers[.retryAfter] != nil && tei.string("error_type") == "Overloaded")
    }

    @Test("Requests beyond those that work and wait are refused, before the model sees them")
    func admission() async throws {
        let setup = try RerankSetup(.waiting)
        let server = try setup.shop.server(backend: setup.backend) { settings in
            settings.limits.reranks = 1
            settings.limits.waiting = 0
        }
        try await server.test(.router) { client in
            let body = #"{"query": "q", "documents": ["a"], "budget_ms": 200}"#
            async let first = client.post("/v1/rerank", body).status
            while setup.backend.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            for path in Self.paths {
                let refused = try await client.post(path, Self.good)
                #expect(refused.status == 503 && refused.headers[.retryAfter] != nil, "\(path) \(refused.text)")
            }
            #expect(try await first == 504)
        }
        #expect(setup.backend.requests.count == 1)
    }

    @Test("A failing or lying reranker is 502, or 424 in TEI's words, and never an answer")
    func failing() async throws {
        struct Broken: Error {}
        for behaviour in [ScriptedReranker.Behaviour.notANumber, .oneTooFew, .incomplete()] {
            let setup = try RerankSetup(behaviour)
            let common = try await setup.post("/v2/rerank", Self.good)
            #expect(common.status == 502 && common.string("error.type") == "InternalServerError", "\(common.text)")
            let tei = try await setup.post("/rerank", #"{"query": "q", "texts": ["a", "b"]}"#)
            #expect(tei.status == 424 && tei.string("error_type") == "Backend")
        }
        let setup = try RerankSetup(.failing(Broken()))
        let answer = try await setup.post("/v2/rerank", Self.good)
        #expect(answer.status == 500 && answer.string("message")?.contains("Broken") == false)
        let long = try RerankSetup(.failing(PromptError.instructionTooLong(tokens: 9_000, most: 2_000)))
        let refused = try await long.post("/v2/rerank", Self.good)
        #expect(refused.status == 400 && refused.string("error.param") == "instruction")
    }

    @Test("Why a part has no score is said")
    func reason() async throws {
        let setup = try RerankSetup(.incomplete(failure: "it refused one (400)."))
        let answer = try await setup.post("/v2/rerank", Self.good)
        #expect(answer.status == 502, "\(answer.text)")
        #expect(
            answer.string("message")?.hasSuffix("1 of 2 documents: it refused one (400).") == true,
            "\(answer.text)"
        )
        let part = try await setup.post(
            "/v2/rerank",
            #"{"query": "q", "documents": ["a =1", "b =2"], "allow_partial": true}"#
        )
        #expect(part.status == 200 && part.ranking == [0], "\(part.text)")
    }

    @Test("A reranker that sees at once that there is no time is 504, too")
    func early() async throws {
        let answer = try await RerankSetup(.early).post("/v1/rerank", Self.good)
        #expect(answer.status == 504 && answer.string("message")?.contains("1 of 2") == true, "\(answer.text)")
    }

    @Test("What is not scored in time is 504, unless a part is enough")
    func time() async throws {
        let setup = try RerankSetup(.late(1))
        let documents = #""query": "q", "documents": ["a =1", "b =2", "c =3"], "budget_ms": 30"#
        let late = try await setup.post("/v1/rerank", "{\(documents)}")
        #expect(late.status == 504 && late.string("error.type") == "TimeoutError", "\(late.text)")
        #expect(late.string("message")?.contains("1 of 3") == true && late.string("message")?.contains("30 ms") == true)
        let part = try await setup.post("/v1/rerank", #"{\#(documents), "allow_partial": true}"#)
        #expect(part.status == 200 && part.ranking == [0], "\(part.text)")
        #expect(part["partial"] as? [String: Int] == ["scored": 1, "documents": 3])
        let pairs =
            #"{"text_1": ["p", "q", "p"], "text_2": ["=1", "=2", "=3"], "budget_ms": 30, "allow_partial": true}"#
        let scores = try await setup.post("/score", pairs)
        #expect(scores.items("data").compactMap { $0["index"] as? Int } == [0, 1])
        // Nothing at all is no part.
        let nothing = try RerankSetup(.late(0))
        #expect(try await nothing.post("/v1/rerank", #"{\#(documents), "allow_partial": true}"#).status == 504)
    }

    @Test("A reranker that does not listen to its deadline is not waited for")
    func deaf() async throws {
        let setup = try RerankSetup(.waiting)
        let answer = try await setup.post("/v2/rerank", #"{"query": "q", "documents": ["a"], "budget_ms": 20}"#)
        #expect(answer.status == 504)
        #expect(setup.backend.requests.count == 1)
    }

    @Test("Errors have the shapes that are described")
    func described() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let paths = try JSONValue(try await client.get("/openapi.json").text)["paths"]
            for path in Self.paths {
                for body in ["{", Self.good, #"{"query": "q", "texts": ["a"]}"#, #"{"query": "q", "texts": [1]}"#] {
                    let answer = try await client.post(path, body)
                    let described = paths?[path]?["post"]?["responses"]?["\(answer.status)"]
                    let schema = described?["content"]?["application/json"]?["schema"]
                    #expect(SchemaCheck.problems(of: try JSONValue(answer.text), schema, at: path) == [], "\(body)")
                }
            }
        }
    }

    @Test("Only POST is possible")
    func method() async throws {
        let shop = try TestShop()
        for path in Self.paths {
            let answer = try await shop.server().test(.router) { try await $0.get(path) }
            #expect(answer.status == 405 && answer.headers[.allow] == "POST", "\(path)")
        }
    }
}
