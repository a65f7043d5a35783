import Clicks
import Foundation
import HTTPTypes
import Testing

@testable import SearchServer

@Suite("The description of the interface")
struct OpenAPITests {
    /// A request to every endpoint that is answered with 200.
    private static let examples: [String: [(path: String, body: String?, type: String?)]] = [
        "get /search": [
            ("/search?q=headphones&facets=brand&facets=color&facets=price&explain=true", nil, nil),
            ("/search?q=hedphones", nil, nil),
            ("/search?q=lamp&pin=hp-1&match=any&explain=true", nil, nil), ("/search", nil, nil),
        ],
        "post /search": [("/search", #"{"q": "headphones", "page": null}"#, "application/json")],
        "get /suggest": [("/suggest?q=head", nil, nil)],
        "post /documents": [
            ("/documents", "{\"id\": \"n\", \"title\": \"New\"}\n{\"id\"\n{\"delete\": \"n2\"}", "application/x-ndjson")
        ],
        "get /documents/{id}": [("/documents/hp-1", nil, nil), ("/documents/zh-1", nil, nil)],
        "post /events": [
            (
                "/events",
                #"{"action_name": "click", "timestamp": "2026-05-01T10:00:00Z", "query_id": "q"}"# + "\n{}",
                "application/x-ndjson"
            )
        ],
        "delete /events": [("/events?user_id=nobody", nil, nil)],
        "get /analyze": [("/analyze?text=WH-1000XM4", nil, nil)],
        "get /healthz": [("/healthz", nil, nil)],
        "get /readyz": [("/readyz", nil, nil)],
        "get /metrics": [("/metrics", nil, nil)],
        "get /openapi.json": [("/openapi.json", nil, nil)],
    ].merging(RerankExamples.all) { own, _ in own }

    @Test("Every endpoint is described, and nothing else is")
    func complete() async throws {
        let shop = try TestShop()
        let server = try shop.server()
        try await server.test(.router) { client in
            let document = try await client.get("/openapi.json")
            let paths = try #require(document["paths"] as? [String: [String: Any]])
            let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } })
            let real = Set(server.interface.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
            #expect(described == real)
            #expect(Set(Self.examples.keys) == real, "every endpoint needs an example here")
            let names = server.interface.map(\.operation.name)
            #expect(Set(names).count == names.count)
        }
    }

    @Test("Real answers have the members that are described, and no others")
    func answers() async throws {
        let shop = try TestShop()
        let events = EventLog(store: try await EventStore.open(path: shop.path + ".events"))
        let server = try shop.server(backend: ScriptedReranker()) { $0.events = events }
        try await server.test(.live) { client in
            let paths = try JSONValue(try await client.get("/openapi.json").text)["paths"]
            for (name, requests) in Self.examples {
                let parts = name.split(separator: " ").map(String.init)
                let answers = paths?[parts[1]]?[parts[0]]?["responses"]
                for (path, body, type) in requests {
                    let answer =
                        if let body { try await client.post(path, body, type: type) } else {
                            try await client.ask(parts[0] == "delete" ? .delete : .get, path)
                        }
                    #expect(answer.status == 200, "\(name): \(answer.text.prefix(300))")
                    let kind = String(try #require(answer.headers[.contentType]?.split(separator: ";").first))
                    let schema = try #require(answers?["200"]?["content"]?[kind]?["schema"], "\(name): \(kind)")
                    if kind == "text/plain" { continue }
                    for text in kind.contains("ndjson") ? answer.text.split(separator: "\n") : [answer.text[...]] {
                        let problems = SchemaCheck.problems(of: try JSONValue(text), schema, at: name)
                        #expect(problems == [])
                    }
                }
            }
        }
    }

    @Test("Errors have the shape that is described")
    func errors() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let document = try JSONValue(try await client.get("/openapi.json").text)
            let schema = document["components"]?["schemas"]?["Error"]
            for path in ["/search?pge=1", "/nothing", "/documents/nobody", "/search?filter=(", "/search?sort=nofield"] {
                let answer = try await client.get(path)
                #expect((400..<500).contains(answer.status), "\(path)")
                #expect(SchemaCheck.problems(of: try JSONValue(answer.text), schema, at: path) == [])
            }
        }
    }

    @Test("The described parameters of a search are those that are read")
    func parameters() async throws {
        let shop = try TestShop()
        let server = try shop.server()
        let described = SearchSchemas.parameters(server.parts.settings.limits).map(\.name)
        let aliases = ["query", "filters", "facet", "top", "budget"]
        try await server.test(.router) { client in
            let answer = try await client.get("/search?unheard_of=1")
            let list = try #require(answer.string("error.message")?.split(separator: ": ").last)
            let read = list.dropLast().components(separatedBy: ", ")
            #expect(Set(read) == Set(described + aliases))
        }
    }
}
