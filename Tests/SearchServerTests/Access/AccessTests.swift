import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import SearchServer

@Suite("Who may do what")
struct AccessTests {
    private static let keys = [
        AccessScope.search: "search-key-0123456789", .write: "write-key-0123456789", .admin: "admin-key-0123456789",
    ]

    private func server(_ shop: TestShop, _ change: (inout ServerSettings) -> Void = { _ in }) throws -> ShopServer {
        var keys = AccessKeys()
        for (scope, key) in Self.keys { try keys.add("\(scope.rawValue)er \(scope.rawValue) \(key)", source: "test") }
        return try shop.server { settings in
            settings.access = AccessPolicy(keys: keys)
            settings.reports = shop.folder.path
            change(&settings)
        }
    }

    /// Asks an endpoint with nothing but headers: what it says to the rest of the request is not the point here.
    private func ask(_ client: TestClient, _ endpoint: Endpoint, _ headers: HTTPFields) async throws
        -> TestAnswer
    {
        let path = endpoint.path.replacing("{id}", with: "hp-1")
        return try await client.ask(endpoint.method, path, headers: headers)
    }

    @Test("Every endpoint that is not open refuses requests without a key, with a wrong key or one for other things")
    func everyEndpoint() async throws {
        let shop = try TestShop()
        let server = try server(shop)
        try await server.test(.router) { client in
            for endpoint in server.endpoints {
                let name = "\(endpoint.method) \(endpoint.path)"
                let none = try await ask(client, endpoint, [:])
                guard case .needs(let needed) = endpoint.access else {
                    #expect(none.status != 401 && none.status != 403, "\(name)")
                    continue
                }
                #expect(none.status == 401 && none.string("error.code") == "missing_key", "\(name)")
                #expect(none.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                let wrong = try await ask(client, endpoint, [.authorization: "Bearer not-a-key-of-this-server"])
                #expect(wrong.status == 401 && wrong.string("error.code") == "unknown_key", "\(name)")
                for (scope, key) in Self.keys {
                    let answer = try await ask(client, endpoint, [.authorization: "Bearer \(key)"])
                    if scope == needed || scope == .admin {
                        #expect(answer.status != 401 && answer.status != 403, "\(name) with \(scope)")
                    } else {
                        #expect(answer.status == 403, "\(name) with \(scope)")
                        #expect(answer.string("error.code") == "wrong_scope", "\(name) with \(scope)")
                    }
                }
            }
        }
    }

    @Test("Only health checks, the description of the interface and reports with tickets are open where there are keys")
    func openEndpoints() throws {
        let open = try server(TestShop()).interface.filter { $0.access == .open }.map(\.path)
        #expect(Set(open).isSubset(of: ["/healthz", "/readyz", "/openapi.json", "/reports/{name}"]))
    }

    @Test("A key may come as X-API-Key, too")
    func otherHeader() async throws {
        let shop = try TestShop()
        try await server(shop).test(.router) { client in
            let name = try #require(HTTPField.Name("X-API-Key"))
            let answer = try await client.get("/search?q=lamp", headers: [name: Self.keys[.search] ?? ""])
            #expect(answer.status == 200)
        }
    }

    @Test("What is allowed without a key can be said, and nothing else is")
    func anonymousSearch() async throws {
        let shop = try TestShop()
        let server = try server(shop) { $0.access.anonymous = [.search] }
        try await server.test(.router) { client in
            let search = try await client.get("/search?q=lamp")
            let metrics = try await client.get("/metrics")
            #expect(search.status == 200 && metrics.status == 401)
        }
    }

    @Test("Without keys, a server that the network can reach does not start, unless it is told what everybody may do")
    func openToTheNetwork() throws {
        let shop = try TestShop()
        #expect(throws: AccessKeyError.open(host: "0.0.0.0")) { try shop.server { $0.host = "0.0.0.0" } }
        #expect(throws: AccessKeyError.open(host: "::")) { try shop.server { $0.host = "::" } }
        #expect(throws: Never.self) {
            try shop.server { settings in
                settings.host = "0.0.0.0"
                settings.access = AccessPolicy(anonymous: [.search])
            }
        }
    }

    @Test("Addresses of this machine alone", arguments: ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
    func loopback(host: String) {
        #expect(AccessPolicy.isLoopback(host))
    }

    @Test(
        "Addresses the network can reach",
        arguments: ["0.0.0.0", "127.0.0.1.example.com", "192.168.0.1", "::", "example.com", "127.0.0"]
    )
    func network(host: String) {
        #expect(!AccessPolicy.isLoopback(host))
    }

    @Test("Keys that cannot be read are refused with their line, and never repeated")
    func badKeys() {
        var keys = AccessKeys()
        #expect(throws: AccessKeyError.unreadable(source: "f", line: 2)) {
            try keys.add("# shop\nname search", source: "f")
        }
        #expect(throws: AccessKeyError.unknownScope(source: "f", line: 1, scope: "all")) {
            try keys.add("name all 0123456789abcdef", source: "f")
        }
        #expect(throws: AccessKeyError.tooShort(source: "f", line: 1, least: 16)) {
            try keys.add("name search short", source: "f")
        }
        #expect(keys.isEmpty)
    }

    @Test("Neither keys nor queries nor bodies reach the log")
    func log() async throws {
        let shop = try TestShop()
        let key = Self.keys[.search] ?? ""
        try await server(shop).test(.router) { client in
            _ = try await client.get("/search?q=secretwish", headers: [.authorization: "Bearer \(key)"])
            _ = try await client.post("/search", #"{"q": "secretwish"}"#, headers: [.authorization: "Bearer \(key)"])
        }
        let lines = shop.log.all.joined()
        #expect(lines.contains("\"caller\":\"searcher\""))
        #expect(!lines.contains(key) && !lines.contains("secretwish"))
    }

    @Test("A sender's name for a request is taken where it is harmless, else a new one is made")
    func requestNames() async throws {
        let shop = try TestShop()
        let header = try #require(HTTPField.Name("X-Request-Id"))
        try await server(shop).test(.router) { client in
            for (sent, isTaken) in [
                ("a-1_B.2", true), (String(repeating: "a", count: 128), true),
                (String(repeating: "a", count: 129), false),
                ("a b", false), ("a\"b", false), ("", false),
            ] {
                let name = try await client.get("/healthz", headers: [header: sent]).headers[header]
                #expect((name == sent) == isTaken, "\(sent)")
                #expect(name?.isEmpty == false)
            }
        }
    }

    @Test("Only pages of the named sites may ask from a browser")
    func crossOrigin() async throws {
        let shop = try TestShop()
        let server = try shop.server { $0.origins = ["https://shop.example"] }
        try await server.test(.router) { client in
            let own = try await client.get("/search?q=lamp", headers: [.origin: "https://shop.example"])
            #expect(own.headers[.accessControlAllowOrigin] == "https://shop.example")
            let other = try await client.get("/search?q=lamp", headers: [.origin: "https://evil.example"])
            #expect(other.headers[.accessControlAllowOrigin] == nil && other.headers[.vary] == "Origin")
            let failed = try await client.get("/search?pge=1", headers: [.origin: "https://shop.example"])
            #expect(failed.status == 400 && failed.headers[.accessControlAllowOrigin] == "https://shop.example")
            let question = try await client.ask(
                .options,
                "/search",
                headers: [.origin: "https://shop.example", .accessControlRequestMethod: "POST"]
            )
            #expect(question.status == 204)
            #expect(question.headers[.accessControlAllowMethods]?.contains("POST") == true)
        }
    }
}
