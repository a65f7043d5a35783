import Foundation
import FoundationNetworking
import Testing

@Suite("aisle serve --interleave")
struct ServeInterleaveTests {
    /// A server that runs until it is released.
    private final class Server {
        let process = Process()
        let address: URL

        init(_ shop: Shop, _ arguments: String...) throws {
            process.executableURL = shop.program
            process.arguments = ["serve", "--port", "0"] + arguments
            process.currentDirectoryURL = shop.folder
            process.standardInput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            address = try #require(URL(string: line.trimmingCharacters(in: .whitespacesAndNewlines)))
        }

        /// Stops, as its last requests are answered.
        func stop() {
            guard process.isRunning else { return }
            process.terminate()
            process.waitUntilExit()
        }

        deinit { stop() }

        func ask(_ path: String, body: String? = nil) async throws -> [String: Any] {
            var request = URLRequest(url: try #require(URL(string: path, relativeTo: address)))
            if let body {
                request.httpMethod = "POST"
                request.httpBody = Data(body.utf8)
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
            let (data, _) = try await URLSession.shared.data(for: request)
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
    }

    @Test("shoppers search and click over HTTP, and events compare names the winner", .timeLimit(.minutes(2)))
    func experiment() async throws {
        let shop = try Shop()
        // One has the word in its title, the other in its description.
        try shop.write(
            "lamps.csv",
            "id,title,description\nT,Lamp,for a small table\nD,Light of glass,lamp\n"
        )
        try shop.done("index", "lamps.csv", "--into", "shop.db")
        try shop.write("description.json", #"{"against": "standard", "weights": "title=0.1,description=9"}"#)
        let first = try shop.ids("lamp", "--weights", "title=0.1,description=9")
        try #require(try shop.ids("lamp") != first && first.count == 2)
        let server = try Server(
            shop,
            "--index",
            "shop.db",
            "--events",
            "events.db",
            "--interleave",
            "description.json"
        )
        let time = ISO8601DateFormatter().string(from: Date())
        for shopper in 0..<24 {
            let found = try await server.ask("search?q=lamp&client_id=c\(shopper)")
            let id = try #require(found["query_id"] as? String)
            // All but three want what the challenger shows first.
            let choice = shopper < 3 ? first[1] : first[0]
            let click = """
                {"action_name": "click", "query_id": "\(id)", "timestamp": "\(time)", "client_id": "c\(shopper)",
                 "event_attributes": {"object": {"object_id": "\(choice)"}}}
                """
            #expect(try await server.ask("events", body: click)["stored"] as? Int == 1)
        }
        server.stop()
        let report = try shop.done("events", "compare", "--from", "events.db", "--json").json()
        let comparison = try #require((report["comparisons"] as? [[String: Any]])?.first)
        #expect(comparison["winner"] as? String == "description")
        #expect(comparison["a"] as? String == "description" && comparison["b"] as? String == "standard")
        #expect(comparison["wins_a"] as? Int == 21 && comparison["wins_b"] as? Int == 3)
        // scipy.stats.binomtest(21, 24).pvalue, SciPy 1.17.1.
        #expect(abs((comparison["p_value"] as? Double ?? 1) - 0.0002771615982055664) < 1e-9)
        let text = try shop.done("events", "compare", "--from", "events.db").output
        #expect(text.hasPrefix("description against standard: description wins, 87.5 % of visits prefer"), "\(text)")
    }

    @Test("a file that cannot be used is named, and so is what is missing")
    func errors() throws {
        let shop = try Shop()
        try shop.write("lamps.csv", "id,title\nA,Lamp\n")
        try shop.done("index", "lamps.csv", "--into", "shop.db")
        try shop.write("wrong.json", #"{"fusoin": "rrf"}"#)
        try shop.write("right.json", #"{"weights": "title=9"}"#)
        for (file, message) in [
            ("none.json", "none.json: there is no such file of settings"), ("wrong.json", "fusoin"),
            ("right.json", "--events FILE"),
        ] {
            let run = try shop.aisle("serve", "--index", "shop.db", "--port", "0", "--interleave", file)
            #expect(run.status == 1 && run.errors.contains(message), "\(run.errors)")
        }
    }
}
