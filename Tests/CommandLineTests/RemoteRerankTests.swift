import Foundation
import Testing

/// `aisle rerank` with a server: what is checked, warned about and kept when something goes wrong.
@Suite struct RemoteRerankTests {
    private let shop: Shop

    init() throws {
        shop = try Shop()
    }

    private func rerank(
        _ server: LengthServer,
        settings: String = "",
        _ options: [String],
        input: String
    ) throws -> ProgramRun {
        let model = "tei+http://127.0.0.1:\(server.port)\(settings)"
        return try shop.apart(["rerank", "--model", model, "--query", "lamp", "--json"] + options, input: input)
    }

    private func results(_ run: ProgramRun) throws -> [[String: Any]] {
        try #require(try run.json()["results"] as? [[String: Any]])
    }

    private let input = (0..<10).map { "document \(String(repeating: "x", count: $0))\n" }.joined()

    @Test func `Scores that cannot be trusted are warned about and not kept`() throws {
        let server = try LengthServer { texts, _ in texts.map { _ in 0.5 } }
        let run = try rerank(server, [], input: input)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("warning: ") && run.errors.contains("Every score is 0.5"), "\(run.errors)")
        #expect(run.errors.contains("aisle model verify") && run.errors.contains("--no-check"), "\(run.errors)")
        #expect(try results(run).count == 10)
        // Seven questions of the check's would be one of three documents more each.
        #expect(server.sizes == Array(repeating: 3, count: 6) + [10])
        for _ in 0..<2 {
            let quiet = try rerank(server, ["--no-check"], input: input)
            #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
        }
        #expect(server.sizes.dropFirst(6) == [10, 10])
    }

    @Test func `A server that ranks the known pairs is used, and its scores are kept`() throws {
        // Long texts are the answers in most of the known pairs: a weak model, no useless one.
        let server = try LengthServer()
        let run = try rerank(server, [], input: input)
        #expect(run.status == 0 && !run.errors.contains("not kept"), "\(run.errors)")
        #expect(run.errors.contains("warning: length: Not all is in order"), "\(run.errors)")
        #expect(try rerank(server, ["--no-check"], input: input).status == 0)
        #expect(server.sizes == Array(repeating: 3, count: 7) + [10])
    }

    @Test func `A server of which nothing bad is known is not asked again while its scores last`() throws {
        let server = try LengthServer(LengthServer.knowing)
        for _ in 0..<2 {
            let run = try rerank(server, [], input: input)
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        }
        #expect(server.sizes == Array(repeating: 3, count: 7) + [10])
        #expect(try rerank(server, ["--no-cache"], input: input).status == 0)
        #expect(server.sizes.count == 16)
    }

    private func search(_ server: LengthServer, _ options: String...) throws -> ProgramRun {
        try shop.write("lamps.csv", "id,title\nA,Desk lamp\nB,Floor lamp with a shade\n")
        try shop.done("index", "lamps.csv", "--into", "shop.db")
        let model = "tei+http://127.0.0.1:\(server.port)"
        return try shop.apart(["search", "--index", "shop.db", "lamp", "--json", "--model", model] + options)
    }

    @Test func `A search warns of scores that cannot be trusted, uses them, and does not keep them`() throws {
        let server = try LengthServer { texts, _ in texts.map { _ in 0.5 } }
        for count in 1...2 {
            let run = try search(server)
            #expect(run.status == 0 && run.errors.contains("Every score is 0.5"), "\(run.errors)")
            #expect(run.errors.contains("--no-check"))
            let rerank = try #require(try run.json()["rerank"] as? [String: Any])
            #expect(rerank["cached"] as? Int == 0)
            #expect(server.sizes.count == 7 * count)
        }
        let quiet = try search(server, "--no-check")
        #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
        #expect(server.sizes.count == 15)
    }

    @Test func `A search asks a good server the first time only`() throws {
        let server = try LengthServer(LengthServer.knowing)
        let first = try search(server)
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
        #expect(server.sizes.count == 8)
        let second = try search(server)
        #expect(try #require(try second.json()["rerank"] as? [String: Any])["cached"] as? Int == 2)
        #expect(server.sizes.count == 8)
    }

    @Test func `A search does not wait long for the check of a slow server`() throws {
        let server = try LengthServer { texts, call in
            if call <= 7 { sleep(2) }
            return texts.map { Double($0.count) / 300 }
        }
        let start = ContinuousClock.now
        let run = try search(server)
        #expect(ContinuousClock.now - start < .seconds(12))
        #expect(run.status == 0 && run.errors.contains("could not be checked in 3.0 seconds"), "\(run.errors)")
    }

    @Test func `An experiment warns of scores that cannot be trusted`() throws {
        let server = try LengthServer { texts, _ in texts.map { _ in 0.5 } }
        try shop.write("shop.csv", "id,title\nA,red bag\nB,red bag with a long name\n")
        try shop.write("queries.tsv", "q1\tred bag\n")
        try shop.write("qrels.txt", "q1 0 B 1\nq1 0 A 0\n")
        let model = "tei+http://127.0.0.1:\(server.port)"
        try shop.write(
            "experiment.json",
            """
            {"about": "test", "documents": "shop.csv", "queries": "queries.tsv", "qrels": "qrels.txt", "stage": "rerank", \
            "model": "\(model)", "metrics": ["rr@10"]}
            """
        )
        let run = try shop.apart("experiment", "experiment.json", "--json")
        #expect(run.errors.contains("Every score is 0.5"), "\(run.errors)")
        let quiet = try shop.apart("experiment", "experiment.json", "--json", "--no-check")
        #expect(!quiet.errors.contains("Every score") && quiet.output.contains("rr@10"), "\(quiet.errors)")
    }

    @Test func `What is scored when a server breaks is printed, and the exit code is 1`() throws {
        let server = try LengthServer { texts, call in call <= 3 ? texts.map { Double($0.count) / 300 } : nil }
        let run = try rerank(server, settings: "?chunk=2&parallel=1", ["--no-check"], input: input)
        #expect(run.status == 1)
        #expect(run.errors.contains("not all documents have a score") && run.errors.contains("500"), "\(run.errors)")
        let results = try results(run)
        #expect(results.compactMap { $0["index"] as? Int } == [5, 4, 3, 2, 1, 0, 6, 7, 8, 9])
        #expect(results.count { $0["margin"] != nil } == 6)
        // Nobody asks a broken server for the rest.
        #expect(server.sizes == [2, 2, 2, 2])
        let none = try rerank(try LengthServer { _, _ in nil }, ["--no-check"], input: input)
        #expect(none.status == 1 && none.output.isEmpty && none.errors.contains("500"), "\(none.errors)")
    }

    @Test func `A budget in which a server scores nothing ends with the list as it is`() throws {
        let server = try LengthServer { texts, _ in
            sleep(3)
            return texts.map { _ in 0.5 }
        }
        let run = try rerank(server, ["--no-check", "--budget-ms", "300"], input: input)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let results = try results(run)
        #expect(results.compactMap { $0["index"] as? Int } == Array(0..<10))
        #expect(results.allSatisfy { $0["margin"] == nil })
    }

    @Test func `Documents are asked for as many at a time as the URL says`() throws {
        let server = try LengthServer()
        let many = (0..<150).map { "document \($0)\n" }.joined()
        #expect(try rerank(server, settings: "?chunk=100&parallel=1", ["--no-check"], input: many).status == 0)
        #expect(server.sizes == [100, 50])
    }

    @Test func `What was cut is told`() throws {
        let server = try LengthServer()
        let run = try rerank(server, settings: "?chars=12", ["--no-check"], input: input)
        #expect(run.status == 0)
        #expect(run.errors == "warning: only the beginning was read of 6 of 10 documents\n")
        let cut = try results(run).filter { $0["truncated"] as? Bool == true }
        #expect(Set(cut.compactMap { $0["index"] as? Int }) == Set(4...9))
        #expect(try run.json()["query_truncated"] == nil)
    }
}
