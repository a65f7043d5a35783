import Foundation
import HTTPTypes
import Testing

@testable import SearchServer

@Suite("Searching over HTTP")
struct SearchTests {
    @Test("A query answers with hits, total, a query id and what became of the reranker")
    func query() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/search?q=wireless+headphones")
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            #expect(answer.ids.first == "hp-1")
            #expect(answer.string("hits.0.title_html") == "<mark>Wireless</mark> <mark>headphones</mark>")
            #expect(answer.string("rerank.status") == "skipped")
            #expect(UUID(uuidString: answer.string("query_id") ?? "") != nil)
        }
    }

    @Test("GET and POST with the same parameters find the same")
    func sameByBody() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let got = try await client.get("/search?q=headphones&filter=price%3C100&facets=brand&sort=price&explain")
            let posted = try await client.post(
                "/search",
                #"{"q": "headphones", "filter": "price<100", "facets": ["brand"], "sort": "price", "explain": true}"#
            )
            #expect(got.status == 200 && posted.status == 200)
            #expect(got.ids == ["hp-2"] && posted.ids == ["hp-2"])
            #expect(got.string("facets.brand.values.0.value") == "Yinxi")
            #expect(posted.string("facets.brand.values.0.value") == "Yinxi")
            #expect(got["hits.0.explanation"] != nil && posted["hits.0.explanation"] != nil)
        }
    }

    @Test("A parameter nobody knows is an error that names it")
    func unknownParameter() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            for answer in [
                try await client.get("/search?q=a&pge=2"), try await client.post("/search", #"{"q": "a", "pge": 2}"#),
            ] {
                #expect(answer.status == 400)
                #expect(answer.string("error.code") == "unknown_parameter")
                #expect(answer.string("error.field") == "pge")
                #expect(answer.string("error.message")?.contains("\"pge\"") == true)
            }
        }
    }

    @Test("A body of many or deep values is refused as quickly as it is read", .timeLimit(.minutes(1)))
    func manyValues() async throws {
        let shop = try TestShop()
        let most = 1 << 20
        @Sendable func filled(_ unit: String) -> String {
            let units = Array(repeating: unit, count: (most - 20) / (unit.utf8.count + 1))
            return #"{"q": [\#(units.joined(separator: ","))]}"#
        }
        let deep = String(repeating: "[", count: 400) + String(repeating: "]", count: 400)
        try await shop.server().test(.router) { client in
            // A decoder that tries kind after kind takes minutes for the second.
            for unit in ["1", deep, "[]", #"{"a": null}"#, "1.5e3", #""\u0041""#] {
                let answer = try await client.post("/search", filled(unit))
                #expect(answer.status == 400 && answer.string("error.field") == "q", "\(unit.prefix(5)) \(answer.text)")
            }
            let documents = try await client.post("/documents", "[\(filled(deep))]", type: "application/x-ndjson")
            #expect(documents.status == 400 && documents.string("error.code") == "bad_documents")
            let bottomless = try await client.post("/search", String(repeating: "[", count: most - 1))
            #expect(bottomless.status == 400 && bottomless.string("error.code") == "bad_json")
        }
    }

    @Test("Any JSON value is told from the others")
    func values() throws {
        let text = #"{"a": [true, 1, 0, false, null, "1", -1.5e3, 9007199254740993, "\u6c34\ud83d\ude00"], "b": {}}"#
        let value = try JSONValue(text)
        let list: [JSONValue] = [
            .bool(true), .number(1), .number(0), .bool(false), .null, .string("1"), .number(-1500),
            .number(9_007_199_254_740_992), .string("水😀"),
        ]
        #expect(value == .object(["a": .array(list), "b": .object([:])]))
        for text in ["", "{", "{\"a\":}", "nul", "01", "\"\u{1}\"", "[1] 2", #""\ud800""#, "'a'", "{1: 2}"] {
            #expect(throws: (any Error).self, "\(text)") { try JSONValue(text) }
        }
        #expect(try JSONValue(" 7 ") == .number(7))
    }

    @Test("A path that is not there and a method that is not are told apart")
    func missing() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let path = try await client.get("/nothing")
            #expect(path.status == 404 && path.string("error.code") == "no_such_path")
            let method = try await client.ask(.delete, "/search", headers: [:])
            #expect(method.status == 405 && method.string("error.code") == "wrong_method")
            #expect(method.headers[.allow] == "GET, POST")
        }
    }

    @Test("The health check answers")
    func health() async throws {
        let shop = try TestShop()
        try await shop.server().test(.live) { client in
            let health = try await client.get("/healthz")
            #expect(health.status == 200 && health.string("status") == "ok")
            let readiness = try await client.get("/readyz")
            #expect(readiness.status == 200 && readiness.string("status") == "ready")
        }
    }
}
