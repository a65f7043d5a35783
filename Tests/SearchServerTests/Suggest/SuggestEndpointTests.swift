import Foundation
import Testing

@testable import SearchServer

@Suite("Suggestions over HTTP")
struct SuggestEndpointTests {
    @Test("What was typed is completed and marked")
    func completion() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/suggest?q=headph")
            #expect(answer.status == 200)
            #expect(answer.string("suggestions.0.text")?.lowercased() == "headphones")
            #expect(answer.string("suggestions.0.html")?.hasPrefix("<mark>") == true)
            let category = try await client.get("/suggest?q=head&limit=0")
            #expect(category.string("suggestions.0.kind") == "category")
            #expect(category.number("suggestions.0.products") == 2)
        }
    }

    @Test("Markup in titles is escaped")
    func escaped() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/suggest?q=scr")
            #expect(answer.status == 200)
            #expect(!answer.text.contains("<script>"))
        }
    }

    @Test("Without q there is an error that names it")
    func missing() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/suggest")
            #expect(answer.status == 400 && answer.string("error.field") == "q")
        }
    }
}
