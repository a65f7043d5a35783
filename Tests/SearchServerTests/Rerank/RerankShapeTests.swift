import Foundation
import Reranker
import Testing

@testable import SearchServer

/// Which answer each path and body gets; the shapes are those of `docs/rerank-api.md`.
@Suite("Shapes of rerank answers")
struct RerankShapeTests {
    private static let documents = #"["b =-1", "a =2", "c =0.5"]"#

    @Test("Every shape has results best first, with probabilities, and exactly its own fields")
    func shapes() async throws {
        let cases: [(path: String, more: String, fields: Set<String>, result: Set<String>)] = [
            ("/v1/rerank", "", ["id", "object", "model", "results", "meta", "usage"], ["index", "relevance_score"]),
            ("/v2/rerank", "", ["id", "model", "results", "meta", "usage"], ["index", "relevance_score"]),
            ("/rerank", "", ["id", "model", "results", "usage"], ["index", "relevance_score", "document"]),
            (
                "/rerank", #", "return_documents": false"#,
                ["object", "id", "model", "created", "usage", "results"], ["index", "relevance_score"]
            ),
            (
                "/rerank", #", "raw_scores": false"#,
                ["object", "id", "model", "created", "usage", "results"], ["index", "relevance_score"]
            ),
            ("/reranking", "", ["object", "model", "results", "usage"], ["index", "relevance_score"]),
            ("/v1/reranking", "", ["object", "model", "results", "usage"], ["index", "relevance_score"]),
            (
                "/compatible-api/v1/reranks", "",
                ["id", "object", "model", "results", "usage"], ["index", "relevance_score"]
            ),
        ]
        let setup = try RerankSetup()
        for (path, more, fields, result) in cases {
            let body = #"{"model": "any", "query": "q", "documents": \#(Self.documents)\#(more)}"#
            let answer = try await setup.post(path, body)
            #expect(answer.status == 200, "\(path) \(answer.text)")
            #expect(answer.names == fields, "\(path)\(more)")
            #expect(answer.ranking == [1, 2, 0], "\(path)")
            for (place, margin) in [2, 0.5, -1].enumerated() {
                let score = try #require(answer.number("results.\(place).relevance_score"))
                #expect(abs(score - sigmoid(margin)) < 1e-12, "\(path)")
                #expect(answer.names("results.\(place)") == result, "\(path)\(more)")
            }
            #expect(answer.string("model") == "scripted")
            #expect(answer.number("usage.prompt_tokens") == 30 && answer.number("usage.total_tokens") == 30)
        }
    }

    @Test("Cohere's meta names the version and counts search units of 100 documents")
    func meta() async throws {
        let setup = try RerankSetup()
        for (path, version) in [("/v1/rerank", "1"), ("/v2/rerank", "2")] {
            for (count, units) in [(1, 1), (100, 1), (101, 2)] {
                let documents = (0..<count).map { "\"d =\($0)\"" }.joined(separator: ",")
                let answer = try await setup.post(path, #"{"query": "q", "documents": [\#(documents)]}"#)
                #expect(answer.string("meta.api_version.version") == version)
                #expect(answer.number("meta.billed_units.search_units") == Double(units), "\(count)")
                #expect(answer.number("meta.tokens.input_tokens") == Double(count * 10))
            }
        }
    }

    @Test("With texts the answer is TEI's bare array, at the paths that TEI and llama.cpp have")
    func tei() async throws {
        let setup = try RerankSetup()
        for path in ["/rerank", "/reranking", "/v1/rerank", "/v1/reranking"] {
            let answer = try await setup.post(path, #"{"query": "q", "texts": \#(Self.documents)}"#)
            let items = answer.items("")
            #expect(items.compactMap { $0["index"] as? Int } == [1, 2, 0], "\(path)")
            #expect(items.allSatisfy { Set($0.keys) == ["index", "score"] }, "\(path)")
            #expect(abs((items.first?["score"] as? Double ?? 0) - sigmoid(2)) < 1e-12)
        }
        let withText = try await setup.post(
            "/rerank",
            #"{"query": "q", "texts": \#(Self.documents), "return_text": true, "raw_scores": true, "truncate": true}"#
        )
        #expect(withText.items("").compactMap { $0["text"] as? String } == ["a =2", "c =0.5", "b =-1"])
        #expect(withText.items("").compactMap { $0["score"] as? Double } == [2, 0.5, -1])
        // Where neither listens, texts are documents by another name.
        let other = try await setup.post("/v2/rerank", #"{"query": "q", "texts": \#(Self.documents)}"#)
        #expect(other.ranking == [1, 2, 0])
    }

    @Test("Documents come back as each server sends them")
    func documents() async throws {
        let setup = try RerankSetup()
        func document(_ path: String, _ more: String, _ documents: String = Self.documents) async throws -> Any? {
            try await setup.post(path, #"{"query": "q", "documents": \#(documents)\#(more)}"#)["results.0.document"]
        }
        let wanted = #", "return_documents": true"#
        for path in ["/v1/rerank", "/v2/rerank", "/reranking", "/compatible-api/v1/reranks"] {
            #expect(try await document(path, "") == nil, "\(path)")
            #expect(try await document(path, wanted) as? [String: String] == ["text": "a =2"], "\(path)")
        }
        #expect(try await document("/rerank", "") as? [String: String] == ["text": "a =2"])
        #expect(try await document("/rerank", wanted) as? String == "a =2")
        // Cohere's version 1 keeps the fields of an object.
        let objects = #"[{"text": "x =1", "title": "T", "n": 3}, {"text": "y =0"}]"#
        let object = try #require(try await document("/v1/rerank", wanted, objects) as? [String: Any])
        #expect(object["text"] as? String == "x =1" && object["title"] as? String == "T" && object["n"] as? Int == 3)
        let ranked = #"[{"title": "T", "body": "b =1", "skipped": "=9"}]"#
        let joined = try #require(
            try await document("/v1/rerank", wanted + #", "rank_fields": ["title", "body"]"#, ranked) as? [String: Any]
        )
        #expect(joined["text"] as? String == "T\nb =1" && joined["title"] as? String == "T")
    }

    @Test("Scores answer in the order of the request, one query for all or one for each")
    func scores() async throws {
        let setup = try RerankSetup()
        let one = #""text_1": "q", "text_2": ["a =-1", "b =2"]"#
        let bodies = [
            one, #""queries": "q", "documents": ["a =-1", "b =2"]"#, #""queries": ["q"], "items": ["a =-1", "b =2"]"#,
            #""text_1": ["q", "r"], "text_2": ["a =-1", "b =2"]"#, #""query": "q", "passages": ["a =-1", "b =2"]"#,
        ]
        for path in ["/score", "/v1/score"] {
            for body in bodies {
                let answer = try await setup.post(path, #"{"model": "any", \#(body)}"#)
                #expect(answer.names == ["id", "object", "created", "model", "data", "usage"], "\(body)")
                #expect(answer.string("object") == "list")
                let items = answer.items("data")
                #expect(items.compactMap { $0["index"] as? Int } == [0, 1])
                #expect(items.allSatisfy { $0["object"] as? String == "score" })
                let scores = items.compactMap { $0["score"] as? Double }
                #expect(
                    scores.count == 2 && abs(scores[0] - sigmoid(-1)) < 1e-12 && abs(scores[1] - sigmoid(2)) < 1e-12
                )
                #expect(answer.number("usage.prompt_tokens") == 20, "\(body)")
            }
        }
        let single = try await setup.post("/score", #"{"text_1": "q", "text_2": "a =3", "use_activation": false}"#)
        #expect(single.items("data").compactMap { $0["score"] as? Double } == [3])
    }

    @Test("Pairs with the same query are one request to the reranker")
    func pairs() async throws {
        let setup = try RerankSetup()
        let answer = try await setup.post(
            "/score",
            #"{"text_1": ["p", "q", "p"], "text_2": ["a =1", "b =2", "c =3"], "raw_scores": true}"#
        )
        #expect(answer.items("data").compactMap { $0["score"] as? Double } == [1, 2, 3])
        let asked = Dictionary(uniqueKeysWithValues: setup.backend.requests.map { ($0.query, $0.documents) })
        #expect(asked == ["p": ["a =1", "c =3"], "q": ["b =2"]])
    }
}
