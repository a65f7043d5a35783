import Clicks
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Reranker
import Testing

@testable import SearchServer

@Suite("Events over HTTP")
struct EventTests {
    private let shop: TestShop
    private let events: EventLog

    init() async throws {
        shop = try TestShop()
        events = EventLog(store: try await EventStore.open(path: shop.path + ".events"))
    }

    private func server(_ change: (inout ServerSettings) -> Void = { _ in }) throws -> ShopServer {
        try shop.server { settings in
            settings.events = events
            change(&settings)
        }
    }

    private static func click(_ query: String, _ object: String, client: String = "c1", user: String = "u1") -> String {
        """
        {"action_name": "click", "timestamp": "\(Date.now.ISO8601Format())", "query_id": "\(query)",
         "client_id": "\(client)", "user_id": "\(user)",
         "event_attributes": {"object": {"object_id": "\(object)"}, "position": {"ordinal": 1}}}
        """
    }

    /// Waits for what is kept after the answer.
    private func searches(_ count: Int) async throws -> EventCounts {
        for _ in 0..<200 {
            let counts = try await events.store.counts()
            if counts.searches >= count { return counts }
            try await Task.sleep(for: .milliseconds(20))
        }
        return try await events.store.counts()
    }

    @Test("What a search showed is kept under its query id, and a click is told from a click sent twice")
    func life() async throws {
        try await server().test(.router) { client in
            let found = try await client.get("/search?q=headphones")
            let id = try #require(found.string("query_id"))
            let body = Self.click(id, "hp-1")
            let first = try await client.post("/events", body)
            #expect(first.status == 200)
            #expect((first.number("stored"), first.number("duplicates")) == (1, 0))
            let again = try await client.post("/events", "[\(body)]", type: "text/plain")
            #expect((again.number("stored"), again.number("duplicates")) == (0, 1))
            let counts = try await searches(1)
            #expect(counts.searches == 1)
            #expect(counts.events == ["click": 1])
            // The event's search is one that was kept: both have the same id.
            #expect(counts.ofUnknownSearch == 0)
            // Each answer has an id of its own, also one from the cache; what is shown while typing is not kept.
            let second = try await client.get("/search?q=headphones")
            #expect(second.string("query_id") != id)
            _ = try await client.get("/search?q=headph&prefix=true")
            #expect(try await searches(2).searches == 2)
        }
    }

    @Test("The shapes of Algolia and Meilisearch are read, and a bad record is refused by itself")
    func shapes() async throws {
        try await server().test(.router) { client in
            let body = """
                {"eventType": "click", "eventName": "Hit Clicked", "index": "shop", "userToken": "u7", "queryID": "a1", \
                "objectIDs": ["hp-1"], "positions": [2]}
                {"action_name": "click"}
                {"eventType": "click", "eventName": "x", "indexUid": "shop", "userId": "u8", "queryUid": "m1", \
                "objectId": "hp-2", "position": 0}
                """
            let answer = try await client.post("/events", body, type: "application/x-ndjson")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.number("stored") == 2)
            #expect(answer.number("errors.0.record") == 2)
            #expect(answer.string("errors.0.field") != nil)
        }
    }

    @Test("What cannot be used is an error that names the field; too much is refused before it is read")
    func refused() async throws {
        try await server { $0.limits.bodyBytes = 2000 }.test(.router) { client in
            let bad = try await client.post("/events", #"{"action_name": "click"}"#)
            #expect((bad.status, bad.string("error.code")) == (400, "bad_events"))
            #expect(bad.string("error.field") != nil)
            let text = try await client.post("/events", "not json")
            #expect((text.status, text.string("error.code")) == (400, "bad_events"))
            let large = try await client.post("/events", "[" + String(repeating: " ", count: 3000) + "]")
            #expect((large.status, large.string("error.code")) == (413, "body_too_large"))
            let type = try await client.post("/events", "{}", type: "image/png")
            #expect(type.status == 415)
        }
        try await shop.server().test(.router) { client in
            let none = try await client.post("/events", Self.click("q", "hp-1"))
            #expect((none.status, none.string("error.code")) == (501, "no_events"))
        }
    }

    @Test("What is kept of a user can be deleted by whoever administrates")
    func deletion() async throws {
        try await server().test(.router) { client in
            _ = try await client.post(
                "/events",
                "[\(Self.click("q1", "hp-1")), \(Self.click("q1", "hp-2", user: "u2"))]"
            )
            let answer = try await client.ask(.delete, "/events?user_id=u1")
            #expect(answer.number("deleted") == 1, "\(answer.text)")
            #expect(try await events.store.counts().users == 1)
            let neither = try await client.ask(.delete, "/events")
            #expect((neither.status, neither.string("error.code")) == (400, "missing_parameter"))
        }
        var keys = AccessKeys()
        try keys.add("page search 0123456789abcdefgh", source: "test")
        try await server { $0.access = AccessPolicy(keys: keys, anonymous: []) }.test(.router) { client in
            let answer = try await client.ask(
                .delete,
                "/events?user_id=u1",
                headers: [.authorization: "Bearer 0123456789abcdefgh"]
            )
            #expect(answer.status == 403)
        }
    }

    @Test("Clicks move hits that the reranker finds equally relevant, once the evidence is read")
    func blending() async throws {
        let uri = "/search?q=headphones&stage=rerank&match=all"
        let gathering = try shop.server(backend: EqualReranker()) { $0.events = events }
        let before = try await gathering.test(.router) { client in
            let before = try await client.get(uri).ids
            try #require(before.count == 2)
            for visit in 1...40 {
                let found = try await client.get(uri)
                let id = try #require(found.string("query_id"))
                _ = try await searches(visit + 1)
                _ = try await client.post("/events", Self.click(id, before[1], client: "c\(visit)", user: "u\(visit)"))
            }
            return before
        }
        // Nobody has used evidence yet.
        #expect(!events.evidence.isWanted)
        try await shop.server(backend: EqualReranker()) { $0.events = events }.test(.router) { client in
            let counted = uri + "&click_weight=4&click_floor=-9"
            #expect(try await client.get(counted).ids == before)
            #expect(try await client.get(counted)["is_cached"] as? Bool == true)
            #expect(try await client.get(uri).ids == before)
            #expect(events.evidence.isWanted)
            // New evidence counts at once, and answers it does not count in are kept.
            try await events.evidence.refresh(from: events.store)
            #expect(try await client.get(counted).ids == before.reversed())
            let without = try await client.get(uri)
            #expect(without.ids == before && without["is_cached"] as? Bool == true)
        }
    }

    @Test("Evidence is made while the server runs, once a request uses it", .timeLimit(.minutes(1)))
    func refreshing() async throws {
        let server = try shop.server(backend: EqualReranker()) { settings in
            settings.events = events
            settings.evidenceInterval = .milliseconds(20)
        }
        try await server.test(.live) { client in
            _ = try await client.get("/search?q=headphones&click_weight=1")
            while events.evidence.current.number == 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    @Test("Whoever searches is kept with the search, and forgotten with it")
    func visitors() async throws {
        try await server().test(.router) { client in
            _ = try await client.get("/search?q=headphones&user_id=u9&client_id=c9&session_id=s9")
            _ = try await client.get("/search?q=headphones&client_id=c9")
            let counts = try await searches(2)
            #expect((counts.users, counts.clients, counts.sessions) == (1, 1, 1))
            let long = try await client.get("/search?q=headphones&user_id=" + String(repeating: "x", count: 513))
            #expect(long.status == 400 && long.string("error.field") == "user_id")
            #expect(try await client.ask(.delete, "/events?user_id=u9").number("deleted") == 1)
            #expect(try await events.store.counts().users == 0)
        }
    }
}

/// A reranker that finds everything about equally relevant.
private struct EqualReranker: RerankBackend {
    var description: BackendDescription {
        BackendDescription(
            model: "equal",
            backend: "test",
            fingerprint: "equal",
            scoreKind: .margin,
            takesInstruction: true
        )
    }

    func score(_ request: RerankRequest) async throws -> RerankResult {
        // Not quite: a reranker that says the same of everything is not believed.
        RerankResult(
            scores: request.documents.indices.map { RelevanceScore(margin: 1 - Double($0) * 0.01) }
        )
    }
}
