import Foundation
import Testing

@Suite("aisle events")
struct EventsCommandTests {
    private let shop: Shop

    init() throws { shop = try Shop() }

    /// Searches of different shoppers in UBI's form, of whom some click "A", and buy it at times.
    private func log(searches: Int, clicks: Int, teams: Bool = false) -> String {
        var lines: [String] = []
        let time = ISO8601DateFormatter().string(from: Date().addingTimeInterval(-3600))
        for search in 0..<searches {
            let isSwapped = search.isMultiple(of: 2)
            let hits = isSwapped ? #"["A", "B"]"# : #"["B", "A"]"#
            // A is always "new"'s.
            let interleaving =
                teams
                ? #", "query_attributes": {"interleaving": {"a": "old", "b": "new", "teams": "\#(isSwapped ? "BA" : "AB")"}}"#
                : ""
            let who = #""client_id": "c\#(search)", "session_id": "s\#(search)", "user_id": "u\#(search)""#
            lines.append(
                #"{"user_query": "Desk lamp", "query_id": "q\#(search)", "timestamp": "\#(time)", \#(who), "#
                    + #""query_response_hit_ids": \#(hits)\#(interleaving)}"#
            )
            guard search < clicks else { continue }
            lines.append(
                #"{"action_name": "click", "query_id": "q\#(search)", "timestamp": "\#(time)", \#(who), "#
                    + #""event_attributes": {"object": {"object_id": "A"}, "position": {"ordinal": 1}}}"#
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("what is imported is counted once, and bad records are named")
    func imported() throws {
        // Written once: the time within is the clock's, and a click at another time is another click.
        let events = log(searches: 30, clicks: 10)
        try shop.write("events.jsonl", events + "{\"action_name\": \"click\"}\n")
        let run = try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        #expect(run.output == "events.db: 40 new, 1 rejected\n")
        #expect(run.errors == "events.jsonl: record 41: timestamp: is missing: write 2026-01-31T12:00:00Z\n")
        let again = try shop.done(
            "events",
            "import",
            "-",
            "--into",
            "events.db",
            "--json",
            input: events
        )
        let report = try again.json()
        #expect(report["stored"] as? Int == 0)
        #expect(report["duplicates"] as? Int == 40)
        let stats = try shop.done("events", "stats", "--from", "events.db", "--json").json()
        #expect(stats["searches"] as? Int == 30)
        #expect(stats["events"] as? [String: Int] == ["click": 10])
        #expect(stats["clients"] as? Int == 30)
        let text = try shop.done("events", "stats", "--from", "events.db").output
        #expect(text.contains("Searches: 30 (1 queries)\nEvents: 10 click\n"), "\(text)")
    }

    @Test("gzip is unpacked, from a file and from standard input, and a damaged file is named")
    func compressed() throws {
        try shop.write("events.jsonl", log(searches: 3000, clicks: 10))
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-k", "events.jsonl"]
        gzip.currentDirectoryURL = shop.folder
        try gzip.run()
        gzip.waitUntilExit()
        try #require(gzip.terminationStatus == 0)
        let run = try shop.done("events", "import", "events.jsonl.gz", "--into", "events.db")
        #expect(run.output == "events.db: 3010 new\n")
        let shell = ["-c", "gzip -c events.jsonl | '\(shop.program.path)' events import - --into piped.db"]
        let piped = try shop.run(shell, program: URL(fileURLWithPath: "/bin/sh"))
        #expect(piped.output == "piped.db: 3010 new\n", "\(piped.errors)")
        try shop.bytes("events.jsonl.gz").dropLast(20).write(to: shop.url("cut.gz"))
        let cut = try shop.aisle("events", "import", "cut.gz", "--into", "cut.db")
        #expect(cut.status == 1 && cut.errors.contains("cut.gz: the gzip data end in the middle"), "\(cut.errors)")
    }

    @Test("stats show the evidence of a query")
    func evidence() throws {
        try shop.write("events.jsonl", log(searches: 100, clicks: 50))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        let run = try shop.done("events", "stats", "--from", "events.db", "--query", "desk LAMP", "--json").json()
        let evidence = try #require(run["evidence"] as? [String: Any])
        let products = try #require(evidence["products"] as? [[String: Any]])
        #expect(products.map { $0["id"] as? String } == ["A", "B"])
        let scores = products.compactMap { ($0["evidence"] as? [String: Any])?["score"] as? Double }
        #expect(scores.count == 2 && scores[0] > 0.2 && scores[1] < -0.2, "\(scores)")
        let text = try shop.done("events", "stats", "--from", "events.db", "--query", "desk lamp").output
        #expect(text.contains("\"desk lamp\": 2 products with evidence"), "\(text)")
    }

    @Test("a user is forgotten")
    func deletion() throws {
        try shop.write("events.jsonl", log(searches: 20, clicks: 20))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        let run = try shop.done("events", "delete", "--from", "events.db", "--user", "u7")
        #expect(run.output == "events.db: 2 records deleted\n")
        #expect(
            try shop.done("events", "delete", "--from", "events.db", "--client", "c8", "--json").json()["deleted"]
                as? Int == 2
        )
        let stats = try shop.done("events", "stats", "--from", "events.db", "--json").json()
        #expect(stats["searches"] as? Int == 18)
        #expect(try shop.aisle("events", "delete", "--from", "events.db").status == 2)
    }

    @Test("an interleaved experiment has a winner")
    func comparison() throws {
        try shop.write("events.jsonl", log(searches: 60, clicks: 40, teams: true))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        let report = try shop.done("events", "compare", "--from", "events.db", "--json").json()
        let comparison = try #require((report["comparisons"] as? [[String: Any]])?.first)
        #expect(comparison["winner"] as? String == "new")
        #expect(comparison["a"] as? String == "new")
        #expect(comparison["wins_a"] as? Int == 40)
        #expect(comparison["searches"] as? Int == 60)
        let text = try shop.done("events", "compare", "--from", "events.db").output
        #expect(text.hasPrefix("new against old: new wins, 100.0 % of visits prefer new"), "\(text)")
    }

    @Test("judgments from events are read by aisle eval")
    func judgments() throws {
        try shop.write("events.jsonl", log(searches: 400, clicks: 150))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        try shop.done("judge", "--from-events", "events.db", "--output", "clicks.qrels")
        #expect(try shop.read("clicks.qrels") == "c1 0 A 3\nc1 0 B 0\n")
        #expect(try shop.read("clicks.qrels.queries.tsv") == "c1\tdesk lamp\n")
        let confidences = try shop.read("clicks.qrels.confidence.csv").split(separator: "\n")
        #expect(confidences.count == 3)
        #expect(confidences[0] == "query,docid,rating,confidence,rate,clicks,examined")
        try shop.write("run", "c1 Q0 A 1 2 x\nc1 Q0 B 2 1 x\n")
        let eval = try shop.done("eval", "--qrels", "clicks.qrels", "--run", "run", "--metrics", "ndcg@10", "--json")
        #expect(eval.output.contains("\"ndcg@10\" : 1"))
        // Nothing is that sure.
        let sure = ["judge", "--from-events", "events.db", "--output", "sure.qrels", "--min-confidence", "1"]
        #expect(try shop.run(sure).errors.contains("0 judgments"))
    }

    @Test("too few shoppers make no judgment, and it is said what it takes")
    func tooFewShoppers() throws {
        try shop.write("events.jsonl", log(searches: 2, clicks: 1))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        let run = try shop.apart("judge", "--from-events", "events.db", "--output", "clicks.qrels")
        #expect(run.status == 0)
        #expect(run.errors.contains("0 judgments\nNo product of any query has the evidence"), "\(run.errors)")
    }

    @Test("what is wrong is said, with the file")
    func errors() throws {
        #expect(try shop.aisle("events", "import", "--into", "events.db").status == 2)
        let missing = try shop.aisle("events", "stats", "--from", "none.db")
        #expect(missing.status == 1)
        #expect(missing.errors.contains("none.db: there is no such file."))
        let file = try shop.aisle("events", "import", "none.jsonl", "--into", "events.db")
        #expect(file.status == 1 && file.errors.contains("none.jsonl: there is no such file"))
        try shop.write("lamps.csv", "id,title\nA,Lamp\n")
        try shop.done("index", "lamps.csv", "--into", "shop.db")
        let other = try shop.aisle("events", "stats", "--from", "shop.db")
        #expect(other.status == 1 && other.errors.contains("shop.db is not a file of events"), "\(other.errors)")
        #expect(try shop.ids("lamp") == ["A"])
    }

    @Test("clicks reorder what the model finds relevant, and --explain says why")
    func search() throws {
        try shop.write(
            "lamps.csv",
            "id,title,description\nA,Desk lamp,a\nB,Desk lamp,a longer one that says a little more\n"
        )
        try shop.done("index", "lamps.csv", "--into", "shop.db")
        try shop.write("events.jsonl", log(searches: 100, clicks: 60))
        try shop.done("events", "import", "events.jsonl", "--into", "events.db")
        let server = try LengthServer()
        func ids(_ options: String...) throws -> [String] {
            try shop.run(
                ["search", "--index", "shop.db", "desk lamp", "--json", "--no-cache", "--stage", "rerank"]
                    + ["--model", "tei+http://127.0.0.1:\(server.port)", "--click-floor", "-10"] + options
            ).json()["hits"].flatMap { $0 as? [[String: Any]] }?.compactMap { $0["id"] as? String } ?? []
        }
        #expect(try ids() == ["B", "A"])
        #expect(try ids("--clicks", "events.db") == ["B", "A"])
        #expect(try ids("--clicks", "events.db", "--click-weight", "10") == ["A", "B"])
        let run = try shop.run(
            ["search", "--index", "shop.db", "desk lamp", "--no-cache", "--explain", "--click-floor", "-10"]
                + ["--model", "tei+http://127.0.0.1:\(server.port)", "--clicks", "events.db", "--click-weight", "2"]
        )
        #expect(run.output.contains("(2.0 x clicks)"), "\(run.output)")
        #expect(run.output.contains("clicks: 60 shoppers clicked it for this query: rate "), "\(run.output)")
        #expect(try shop.aisle("search", "--index", "shop.db", "lamp", "--click-weight", "1").status == 2)
        let noModel = ["--clicks", "events.db", "--click-weight", "1"]
        #expect(try shop.run(["search", "--index", "shop.db", "lamp"] + noModel).status == 2)
    }
}
