import Foundation
import HTTPTypes
import Testing

@testable import SearchServer

@Suite("Reports")
struct ReportTests {
    private static let figures = #"""
        {"runs": [{"name": "bm25", "metrics": {"ndcg@10": 0.5}, "queries": {"q1": {"ndcg@10": 0.4}, "q2": {"ndcg@10": 0.6}}},
                  {"name": "fused", "metrics": {"ndcg@10": 0.75}, "queries": {}}],
         "comparisons": [{"metric": "ndcg@10", "baseline": "bm25", "run": "fused", "difference": 0.25, "corrected_p": 0.03,
                          "randomization_p": 0.01, "wins": 2, "ties": 0, "losses": 0, "gained": [], "lost": []}]}
        """#

    /// A server over a folder of files.
    private func withServer(
        _ files: [String: String],
        _ test: @escaping @Sendable (TestClient, URL) async throws -> Void
    ) async throws {
        let shop = try TestShop()
        let folder = shop.folder.appendingPathComponent("reports")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        let server = try shop.server { $0.reports = folder.path }
        try await server.test(.router) { client in try await test(client, folder) }
    }

    @Test("The latest come first, with the figures that lie beside them")
    func list() async throws {
        try await withServer(["old.html": "<p>old", "new.html": "<p>new", "new.json": Self.figures, "notes.txt": "x"]) {
            client,
            folder in
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)],
                ofItemAtPath: folder.appendingPathComponent("old.html").path
            )
            let answer = try await client.get("/reports")
            #expect(answer.status == 200)
            let reports = try #require(answer["reports"] as? [[String: Any]])
            #expect(reports.map { $0["name"] as? String } == ["new.html", "old.html"])
            #expect(answer.string("reports.1.date") == "2001-09-09T01:46:40Z")
            #expect(answer.number("reports.0.queries") == 2)
            #expect(answer.string("reports.0.runs.1.name") == "fused")
            #expect(answer.number("reports.0.comparisons.0.difference") == 0.25)
            #expect(answer.number("reports.0.comparisons.0.p") == 0.03)
            #expect((answer["reports.1.runs"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("A report is given at its address, sandboxed")
    func report() async throws {
        try await withServer(["a b&ä.html": "<p>text"]) { client, _ in
            let address = try #require(try await client.get("/reports").string("reports.0.address"))
            let answer = try await client.get("/" + address)
            #expect(answer.status == 200 && answer.text == "<p>text")
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("sandbox; default-src 'none'"))
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        }
    }

    @Test("Without its ticket, or with another one, no report is given")
    func ticket() async throws {
        try await withServer(["a.html": "<p>text"]) { client, _ in
            let address = try #require(try await client.get("/reports").string("reports.0.address"))
            let given = try #require(address.split(separator: "=").last)
            let other = String(given.reversed())
            for query in ["", "?ticket=", "?ticket=\(other)", "?ticket=\(given)x"] {
                #expect(try await client.get("/reports/a.html" + query).status == 404, "\(query)")
            }
        }
    }

    @Test(
        "No name leads out of the folder, to other files in it, or through a link",
        arguments: [
            "..%2Fsecret.html", "%2E%2E%2Fsecret.html", "..%5Csecret.html", "a.html%00", "a.json", ".hidden.html",
            "below%2Fdeep.html", "link.html", "%2Fetc%2Fpasswd", "a.html%2F..%2Fa.html",
        ]
    )
    func names(name: String) async throws {
        try await withServer(["a.html": "<p>text", "a.json": "{}", ".hidden.html": "x"]) { client, folder in
            let secret = folder.deletingLastPathComponent().appendingPathComponent("secret.html")
            try Data("secret".utf8).write(to: secret)
            let below = folder.appendingPathComponent("below")
            try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
            try Data("deep".utf8).write(to: below.appendingPathComponent("deep.html"))
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("link.html"),
                withDestinationURL: secret
            )
            let list = try await client.get("/reports")
            #expect((list["reports"] as? [Any])?.count == 1)
            let address = try #require(list.string("reports.0.address"))
            let ticket = try #require(address.split(separator: "=").last)
            let answer = try await client.get("/reports/\(name)?ticket=\(ticket)")
            #expect([400, 404].contains(answer.status))
            #expect(!answer.text.contains("secret") || answer.string("error.code") == "no_such_report")
        }
    }

    @Test("Figures that cannot be read leave the report in the list", arguments: ["", "{", "[]", #"{"runs": 3}"#])
    func badFigures(text: String) async throws {
        try await withServer(["a.html": "<p>text", "a.json": text]) { client, _ in
            let answer = try await client.get("/reports")
            #expect(answer.string("reports.0.name") == "a.html")
            #expect(answer["reports.0.queries"] == nil)
        }
    }

    @Test("A folder that is not there is an error that the log explains")
    func missingFolder() async throws {
        let shop = try TestShop()
        let server = try shop.server { $0.reports = shop.folder.path + "/nowhere" }
        try await server.test(.router) { client in
            let answer = try await client.get("/reports")
            #expect(answer.status == 500)
            #expect(answer.string("error.code") == "reports_unreadable")
            #expect(!answer.text.contains("nowhere"))
        }
    }
}
