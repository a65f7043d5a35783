import Foundation
import HTTPTypes
import Testing

@testable import SearchServer

@Suite("The page's files")
struct PageTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../Sources/SearchServer/Page/Web")

    @Test("Every file of the folder is served, byte for byte, and nothing else")
    func files() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(PageFile.all.map(\.name)) == Set(names))
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            for name in names {
                let expected = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
                let answer = try await client.get(name == "index.html" ? "/" : "/\(name)")
                #expect(answer.status == 200 && answer.text == expected, "\(name)")
            }
            #expect(try await client.get("/PageFile.swift").status == 404)
        }
    }

    @Test(
        "Files say what they are, forbid everything inline, and are never guessed at",
        arguments: [
            ("/", "text/html; charset=utf-8"), ("/main.js", "text/javascript; charset=utf-8"),
            ("/page.css", "text/css; charset=utf-8"), ("/favicon.svg", "image/svg+xml"),
        ]
    )
    func headers(path: String, type: String) async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let headers = try await client.get(path).headers
            #expect(headers[.contentType] == type)
            let policy = try #require(headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"))
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.cacheControl] == "no-cache")
            let names = ["Referrer-Policy", "Cross-Origin-Resource-Policy"].compactMap { HTTPField.Name($0) }
            #expect(names.map { headers[$0] } == ["no-referrer", "same-origin"])
        }
    }

    @Test("The search box may be loaded by other sites")
    func embedding() async throws {
        let shop = try TestShop()
        let name = try #require(HTTPField.Name("Cross-Origin-Resource-Policy"))
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/embed.js")
            #expect(answer.headers[name] == "cross-origin")
        }
    }

    @Test(
        "Who names the tag of what it has gets no body",
        arguments: [("TAG", true), ("W/TAG", true), ("\"x\" , TAG", true), ("*", true), ("\"x\"", false), ("", false)]
    )
    func unchanged(condition: String, isKept: Bool) async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let tag = try #require(try await client.get("/main.js").headers[.eTag])
            let field = condition.replacing("TAG", with: tag)
            let answer = try await client.get("/main.js", headers: [.ifNoneMatch: field])
            #expect(answer.status == (isKept ? 304 : 200))
            #expect(answer.text.isEmpty == isKept)
            #expect(answer.headers[.eTag] == tag)
        }
    }

    @Test("Nothing in the page loads from elsewhere or parses markup")
    func sources() throws {
        let words = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "@import",
        ]
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
            for word in words {
                #expect(!text.contains(word), "\(name) has \(word)")
            }
            // Addresses are XML's names and examples in comments and documentation only.
            let addresses = text.matches(of: /https?:\/\/[a-z0-9.]+/).map { String($0.output) }
            let allowed = ["http://www.w3.org", "https://search.shop.example"]
            #expect(addresses.allSatisfy(allowed.contains), "\(name): \(addresses)")
        }
    }
}
