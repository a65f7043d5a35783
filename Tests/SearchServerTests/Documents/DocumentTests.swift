import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import SearchServer

@Suite("Changing products over HTTP")
struct DocumentTests {
    private static let lines = "application/x-ndjson"

    /// The results, one a line.
    private func results(_ answer: TestAnswer) throws -> [[String: Any]] {
        try answer.text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test("What is added is found at once, what is replaced changes, what is deleted is gone")
    func life() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let answer1 = try await client.get("/search?q=umbrella&match=all")
            #expect(answer1.ids.isEmpty)
            let body = """
                {"id": "um-1", "title": "Folding umbrella", "price": 12.5, "currency": "EUR"}
                {"id": "hp-2", "title": "Wired umbrella", "price": 1, "currency": "EUR"}

                {"delete": "hp-1"}
                {"delete": "nobody"}
                """
            let answer = try await client.post("/documents", body, type: Self.lines)
            #expect(answer.status == 200)
            #expect(answer.headers[.contentType]?.hasPrefix(Self.lines) == true)
            let results = try results(answer)
            #expect(results.map { $0["status"] as? String } == ["added", "replaced", "deleted", "not_found"])
            #expect(results.map { $0["line"] as? Int } == [1, 2, 4, 5])
            #expect(results.map { $0["id"] as? String } == ["um-1", "hp-2", "hp-1", "nobody"])
            let answer2 = try await client.get("/search?q=umbrella&match=all")
            #expect(Set(answer2.ids) == ["um-1", "hp-2"])
            let answer3 = try await client.get("/documents/hp-1")
            #expect(answer3.status == 404)
            let answer4 = try await client.get("/documents/um-1")
            #expect(answer4.number("price") == 12.5)
        }
    }

    @Test("A line that cannot be used is refused by itself, with its number and what is wrong")
    func badLines() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let body = """
                {"id": "a", "title": "Good"}
                {"id": "b"
                ["c"]
                {"id": "d", "title": ""}
                {"id": "e", "title": "Good, too"}
                """
            let results = try results(try await client.post("/documents", body, type: Self.lines))
            #expect(
                results.map { $0["status"] as? String } == ["added", "rejected", "rejected", "rejected", "added"]
            )
            let errors = results.map { $0["error"] as? [String: Any] }
            #expect(
                errors.map { $0?["code"] as? String } == [
                    nil, "malformed_json", "not_an_object", "missing_title", nil,
                ]
            )
            let answer5 = try await client.get("/documents/e")
            #expect(answer5.status == 200)
        }
    }

    @Test("Of several lines about a product the last one counts")
    func lastCounts() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let body = """
                {"id": "a", "title": "First"}
                {"delete": "a"}
                {"id": "a", "title": "Last"}
                {"id": "b", "title": "Gone"}
                {"delete": "b"}
                """
            let results = try results(try await client.post("/documents", body, type: Self.lines))
            #expect(
                results.map { $0["status"] as? String } == [
                    "superseded", "superseded", "added", "superseded", "not_found",
                ]
            )
            let answer6 = try await client.get("/documents/a")
            #expect(answer6.string("title") == "Last")
            let answer7 = try await client.get("/documents/b")
            #expect(answer7.status == 404)
        }
    }

    @Test("A product can be read, and sent back as it was read")
    func roundTrip() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let before = try await client.get("/documents/hp-1")
            #expect(before.status == 200 && before.string("attributes.Color.0") == "black")
            let sent = try await client.post("/documents", before.text)
            #expect(try results(sent).first?["status"] as? String == "replaced")
            let after = try await client.get("/documents/hp-1")
            #expect(before.json as? NSDictionary == after.json as? NSDictionary)
        }
    }

    @Test("Ids with spaces, slashes and letters beyond ASCII are found when they are percent-encoded")
    func oddID() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let answer = try await client.get("/documents/x%2F1%20%C3%A4")
            #expect(answer.status == 200 && answer.string("id") == "x/1 ä")
            let broken = try await client.get("/documents/%C3")
            #expect(broken.status == 400 && broken.string("error.code") == "bad_encoding")
        }
    }

    @Test("A JSON array is taken like lines")
    func array() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            let answer = try await client.post("/documents", #"[{"id": "a", "title": "One"}, {"delete": "hp-1"}]"#)
            #expect(try results(answer).map { $0["status"] as? String } == ["added", "deleted"])
        }
    }

    @Test("Too many documents, too large a body and other content types are refused before anything changes")
    func limits() async throws {
        let shop = try TestShop()
        let server = try shop.server { settings in
            settings.limits.documents = 2
            settings.limits.documentBytes = 200
        }
        try await server.application().test(.router) { client in
            let one = #"{"id": "a", "title": "One"}"# + "\n"
            let many = try await client.post("/documents", one + one + one, type: Self.lines)
            #expect(many.status == 413 && many.string("error.code") == "too_many_documents")
            let large = try await client.post(
                "/documents",
                #"{"id": "a", "title": "\#(String(repeating: "x", count: 300))"}"#,
                type: Self.lines
            )
            #expect(large.status == 413 && large.string("error.code") == "body_too_large")
            let other = try await client.post("/documents", one, type: "text/plain")
            #expect(other.status == 415 && other.string("error.field") == "Content-Type")
            let answer8 = try await client.get("/documents/a")
            #expect(answer8.status == 404)
        }
    }

    @Test("While another process writes the index, changes are refused with 409")
    func locked() async throws {
        let shop = try TestShop()
        let lock = open(shop.path + ".lock", O_RDWR | O_CREAT, 0o644)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX) == 0)
        try await shop.server().application().test(.router) { client in
            let answer = try await client.post("/documents", #"{"id": "a", "title": "One"}"#)
            #expect(answer.status == 409 && answer.string("error.code") == "index_locked")
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test("A body without a document is refused, and a line of control characters is no blank line")
    func empty() async throws {
        let shop = try TestShop()
        try await shop.server().application().test(.router) { client in
            for body in ["", " \r\n\t\n"] {
                let answer = try await client.post("/documents", body, type: Self.lines)
                #expect(answer.status == 400 && answer.string("error.code") == "bad_json")
            }
            let control = try await client.post("/documents", "\u{0}", type: Self.lines)
            let results = try results(control)
            #expect(control.status == 200 && results.count == 1)
            #expect(results.first?["status"] as? String == "rejected")
        }
    }
}
