import Foundation
import Reranker
import Testing

@testable import SearchServer

/// The names under which clients of different servers send the same thing.
@Suite("Fields of rerank requests")
struct RerankFieldTests {
    private func texts(_ field: String, _ more: String = "") async throws -> [String]? {
        let setup = try RerankSetup()
        let answer = try await setup.post("/v1/rerank", #"{"query": "q", \#(field)\#(more)}"#)
        #expect(answer.status == 200, "\(answer.text)")
        return setup.backend.requests.first?.documents
    }

    @Test("Documents have four names, and are texts or objects")
    func documents() async throws {
        for name in ["documents", "texts", "passages", "items"] {
            #expect(try await texts(#""\#(name)": ["a", "b"]"#) == ["a", "b"], "\(name)")
        }
        #expect(try await texts(#""documents": "only one""#) == ["only one"])
        #expect(try await texts(#""documents": {"text": "only one"}"#) == ["only one"])
        #expect(try await texts(#""documents": [{"text": "a"}, {"content": "b"}, "c"]"#) == ["a", "b", "c"])
        let parts = #""documents": [{"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]"#
        #expect(try await texts(parts) == ["a\nb"])
        #expect(try await texts(#""documents": ["a"], "texts": null"#) == ["a"])
        #expect(try await texts(#""documents": ["", " x "]"#) == ["", " x "])
    }

    @Test("rank_fields chooses and orders an object's fields")
    func rankFields() async throws {
        let objects =
            #""documents": [{"title": "T", "price": 9, "tags": ["a", "b"], "text": "no", "new": true}, {"title": "U"}]"#
        #expect(
            try await texts(objects, #", "rank_fields": ["tags", "title", "price", "gone", "new"]"#)
                == ["a, b\nT\n9\ntrue", "U"]
        )
        #expect(try await texts(#""documents": ["plain"]"#, #", "rank_fields": ["title"]"#) == ["plain"])
    }

    @Test("The number of results has two names; 0, null and more than there are mean all")
    func top() async throws {
        let setup = try RerankSetup()
        for (field, ranking) in [
            (#""top_n": 2"#, [2, 1]), (#""top_k": 1"#, [2]), (#""top_n": 0"#, [2, 1, 0]),
            (#""top_n": null"#, [2, 1, 0]),
            (#""top_n": 99"#, [2, 1, 0]), (#""top_n": 2.0"#, [2, 1]),
        ] {
            let body = #"{"query": "q", "documents": ["=1", "=2", "=3"], \#(field)}"#
            #expect(try await setup.post("/v1/rerank", body).ranking == ranking, "\(field)")
        }
        let tei = try await setup.post("/rerank", #"{"query": "q", "texts": ["=1", "=2"], "top_n": 1}"#)
        #expect(tei.items("").compactMap { $0["index"] as? Int } == [1])
    }

    @Test("Equal documents stay in their order")
    func ties() async throws {
        let setup = try RerankSetup()
        let documents = (0..<40).map { "\"d\($0) =\($0 % 2)\"" }.joined(separator: ",")
        let answer = try await setup.post("/v2/rerank", #"{"query": "q", "documents": [\#(documents)]}"#)
        #expect(answer.ranking == Array(stride(from: 1, to: 40, by: 2)) + Array(stride(from: 0, to: 40, by: 2)))
    }

    @Test("Documents are ordered by margins, where probabilities are all 1")
    func saturated() async throws {
        let setup = try RerankSetup()
        let answer = try await setup.post("/v2/rerank", #"{"query": "q", "documents": ["=50", "=70", "=60"]}"#)
        #expect(answer.ranking == [1, 2, 0])
        #expect(answer.items("results").compactMap { $0["relevance_score"] as? Double } == [1, 1, 1])
    }

    @Test("The instruction has three names, and the server's is taken where there is none")
    func instruction() async throws {
        for field in [
            #""instruction": "do"#, #""instruct": "do"#,
            #""chat_template_kwargs": {"enable_thinking": false, "instruction": "do"#,
        ] {
            let setup = try RerankSetup()
            let end = field.contains("{") ? #""}"# : "\""
            _ = try await setup.post("/v1/rerank", #"{"query": "q", "documents": ["a"], \#(field)\#(end)}"#)
            #expect(setup.backend.requests.map(\.instruction) == ["do"], "\(field)")
        }
        let setup = try RerankSetup()
        _ = try await setup.post("/v1/rerank", #"{"query": "q", "documents": ["a"]}"#)
        #expect(setup.backend.requests.map(\.instruction) == [nil])
    }

    @Test("Tokens of a document and the query reach the reranker; 0 tokens means no limit")
    func tokens() async throws {
        let setup = try RerankSetup()
        for field in [#""max_tokens_per_doc": 7"#, #""max_tokens_per_doc": 0"#] {
            _ = try await setup.post("/v2/rerank", #"{"query": {"text": "q"}, "documents": ["a"], \#(field)}"#)
        }
        #expect(setup.backend.requests.map(\.documentTokens) == [7, nil])
        #expect(setup.backend.requests.map(\.query) == ["q", "q"])
        #expect(setup.backend.requests.allSatisfy { $0.deadline != nil })
    }

    @Test("What only other servers know is ignored")
    func unknown() async throws {
        let setup = try RerankSetup()
        let body = """
            {"query": "q", "documents": ["a"], "model": "rerank-v3.5", "user": "u", "priority": 0, "request_id": "r",
             "truncate_prompt_tokens": -1, "max_chunks_per_doc": 10, "truncation_direction": "Right", "truncate": true,
             "embedding_type": "float", "chat_template": null, "mm_processor_kwargs": {}, "something": [{"new": 1}]}
            """
        #expect(try await setup.post("/v1/rerank", body).status == 200)
    }

    @Test("Cut documents are told, and an error where they must not be cut")
    func cut() async throws {
        let setup = try RerankSetup()
        let documents = #""query": "q", "documents": ["a =1", "too long =2"]"#
        let told = try await setup.post("/v1/rerank", "{\(documents)}")
        #expect(told["truncated"] as? [Int] == [1])
        #expect((told["meta.warnings"] as? [String])?.count == 1)
        let refused = try await setup.post("/rerank", #"{"query": "q", "texts": ["too long"], "truncate": false}"#)
        #expect(refused.status == 413 && refused.string("error_type") == "Validation")
        let fits = try await setup.post("/rerank", #"{"query": "q", "texts": ["short"], "truncate": false}"#)
        #expect(fits.status == 200)
    }

    @Test("A cut query is told, and an error where it must not be cut")
    func cutQuery() async throws {
        let setup = try RerankSetup()
        let told = try await setup.post("/v1/rerank", #"{"query": "too long", "documents": ["a =1"]}"#)
        #expect(told["query_truncated"] as? Bool == true && told["truncated"] == nil)
        #expect((told["meta.warnings"] as? [String])?.count == 1)
        let pairs = try await setup.post("/score", #"{"queries": ["q", "too long"], "documents": ["a =1", "b =2"]}"#)
        #expect(pairs["query_truncated"] as? Bool == true)
        let body = #"{"query": "too long", "documents": ["a"], "truncate": false}"#
        let refused = try await setup.post("/rerank", body)
        #expect(refused.status == 413 && refused.string("error.code") == "query_cut")
        #expect(refused.string("error.field") == "truncate")
        let texts = try await setup.post("/rerank", #"{"query": "too long", "texts": ["a"], "truncate": false}"#)
        #expect(texts.status == 413 && texts.string("error_type") == "Validation")
        let fits = try await setup.post("/v1/rerank", #"{"query": "q", "documents": ["a"], "truncate": false}"#)
        #expect(fits.status == 200 && fits["query_truncated"] == nil)
    }

    @Test("A backend that does not count tokens leaves usage out")
    func uncounted() async throws {
        let setup = try RerankSetup(countsTokens: false)
        let answer = try await setup.post("/v1/rerank", #"{"query": "q", "documents": ["a"]}"#)
        #expect(answer["usage"] == nil && answer["meta.tokens"] == nil && answer["meta.billed_units"] != nil)
    }
}
