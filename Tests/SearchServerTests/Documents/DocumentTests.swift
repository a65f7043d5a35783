import Foundation
import HTTPTypes
import Indexer
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
        try await shop.server().test(.router) { client in
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
        try await shop.server().test(.router) { client in
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
        try await shop.server().test(.router) { client in
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
        try await shop.server().test(.router) { client in
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
        try await shop.server().test(.router) { client in
            let answer = try await client.get("/documents/x%2F1%20%C3%A4")
            #expect(answer.status == 200 && answer.string("id") == "x/1 ä")
            let broken = try await client.get("/documents/%C3")
            #expect(broken.status == 400 && broken.string("error.code") == "bad_encoding")
        }
    }

    @Test("A JSON array is taken like lines")
    func array() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
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
        try await server.test(.router) { client in
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
        try await shop.server().test(.router) { client in
            let answer = try await client.post("/documents", #"{"id": "a", "title": "One"}"#)
            #expect(answer.status == 409 && answer.string("error.code") == "index_locked")
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test("A body without a document is refused, and a line of control characters is no blank line")
    func empty() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
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

    /// A shop whose index was built from a dump of these lines.
    private func shop(_ dump: String, map: String...) throws -> TestShop {
        let shop = try TestShop()
        let path = shop.folder.appendingPathComponent("dump.csv").path
        try Data(dump.utf8).write(to: URL(fileURLWithPath: path))
        var options = BuildOptions(dumps: [path], into: shop.path)
        options.dump.map = try map.map(FieldMapping.init(parsing:))
        var build = IndexBuild(options)
        _ = try build.run()
        return shop
    }

    @Test("Documents are read as the index's dumps were, not as their own few lines look")
    func remembered() async throws {
        let shop = try shop(
            """
            product_id,sku,title,maker,Preis
            P1,S1,Red shirt,Acme,"12,50"
            P1,S2,Blue shirt,Acme,"3,99"
            P2,S3,Red hat,Bree,"1.299,00"

            """
        )
        try await shop.server().test(.router) { client in
            // By themselves `product_id` would identify these, and 1.499 would be less than two.
            let body = """
                {"product_id": "P1", "sku": "S1", "title": "Crimson shirt", "Preis": "1.499"}
                {"product_id": "P2", "sku": "S9", "title": "Crimson hat"}
                {"product_id": "P3", "title": "Nameless"}
                """
            let results = try results(try await client.post("/documents", body, type: Self.lines))
            #expect(results.map { $0["status"] as? String } == ["replaced", "added", "rejected"])
            #expect(results.map { $0["id"] as? String } == ["S1", "S9", nil])
            let shirt = try await client.get("/documents/S1")
            #expect(shirt.string("title") == "Crimson shirt" && shirt.number("price") == 1499)
            #expect(try await client.get("/documents/P1").status == 404)
            let other = try await client.post("/documents", #"{"product_id": "P1", "title": "Red"}"#)
            #expect(other.status == 400 && other.string("error.code") == "no_identifier")
            #expect(other.string("error.message")?.contains("\"sku\"") == true)
            #expect(other.string("error.message")?.contains("/") == false)
        }
    }

    @Test("The form that is read can be sent back whatever the dumps' columns are called")
    func plainForm() async throws {
        let shop = try shop("Handle,Title,Vendor,Variant Price\nmug,Mug,Nordwind,5\ncap,Cap,Nordwind,6\n")
        try await shop.server().test(.router) { client in
            let before = try await client.get("/documents/mug")
            let results = try results(try await client.post("/documents", before.text))
            #expect(results.map { $0["status"] as? String } == ["replaced"])
            let after = try await client.get("/documents/mug")
            #expect(before.json as? NSDictionary == after.json as? NSDictionary)
        }
        // Where the dumps have an `id` that is something else, it does not pass for the identifier.
        let taken = try self.shop("id,sku,title\n1,A,Mug\n1,B,Cap\n")
        try await taken.server().test(.router) { client in
            let answer = try await client.post("/documents", #"{"id": "A", "title": "Mug"}"#)
            #expect(answer.status == 400 && answer.string("error.code") == "no_identifier")
        }
    }

    @Test("Products numbered by their lines are changed by their numbers, not by the lines of the request")
    func numbered() async throws {
        let shop = try shop("title,maker\nMug,A\nCap,B\n", map: "id=#line")
        try await shop.server().test(.router) { client in
            let results = try results(try await client.post("/documents", #"{"id": "3", "title": "Blue cap"}"#))
            #expect(results.map { $0["status"] as? String } == ["replaced"])
            #expect(try await client.get("/documents/3").string("title") == "Blue cap")
            #expect(try await client.get("/documents/2").string("title") == "Mug")
        }
        let taken = try self.shop("id,title\n7,Mug\n7,Cap\n", map: "id=#line")
        try await taken.server().test(.router) { client in
            let answer = try await client.post("/documents", #"{"id": "7", "title": "Mug"}"#)
            #expect(answer.status == 400 && answer.string("error.code") == "no_identifier")
            #expect(answer.string("error.message")?.contains("--map id=COLUMN") == true)
        }
    }

    @Test("A line with several products has several results, and one without any says so")
    func linkedData() async throws {
        let shop = try TestShop()
        try await shop.server().test(.router) { client in
            let body = """
                {"@type": "ProductGroup", "name": "Tee", "productGroupID": "T", "hasVariant": [{"sku": "T1", "offers": {"price": 1}}, {"sku": "T2"}, {"color": "red"}]}
                {"@type": "WebPage", "name": "About us"}
                {"@graph": [{"@type": "Product", "sku": "A", "name": "Mug"}, {"@type": "Product", "sku": "B", "name": "Cap"}]}
                """
            let results = try results(try await client.post("/documents", body, type: Self.lines))
            #expect(results.map { $0["line"] as? Int } == [1, 1, 1, 2, 3, 3])
            let statuses = results.map { $0["status"] as? String }
            #expect(statuses == ["added", "added", "rejected", "rejected", "added", "added"])
            let error = results[3]["error"] as? [String: Any]
            #expect(error?["code"] as? String == "no_product")
            #expect(try await client.get("/documents/T2").string("group_id") == "T")
        }
    }
}
