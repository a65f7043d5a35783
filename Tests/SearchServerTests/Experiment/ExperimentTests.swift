import Clicks
import Foundation
import Ranking
import Reranker
import Retriever
import Testing

@testable import SearchServer

@Suite("Two configurations in one list, over HTTP")
struct ExperimentTests {
    private let shop: TestShop
    private let events: EventLog

    init() async throws {
        shop = try TestShop()
        events = EventLog(store: try await EventStore.open(path: shop.path + ".events"))
    }

    /// The shop ranks by BM25, which has `hp-2` before `hp-1`; the challenger by a reranker that has it otherwise.
    private func server(share: Double = 1, _ change: (inout ServerSettings) -> Void = { _ in }) throws -> ShopServer {
        try shop.server(backend: LastIsBest()) { settings in
            settings.events = events
            settings.shop.stage = .bm25
            Self.compare(&settings, #"{"name": "new", "against": "old", "share": \#(share), "stage": "rerank"}"#)
            change(&settings)
        }
    }

    /// Compares with a second configuration.
    private static func compare(_ settings: inout ServerSettings, _ json: String) {
        do {
            settings.experiment = try RankingExperiment(json: Data(json.utf8), name: "new", over: settings.shop)
        } catch {
            Issue.record(error)
        }
    }

    private func click(_ query: String, _ object: String, _ shopper: Int) -> String {
        """
        {"action_name": "click", "timestamp": "\(Date.now.ISO8601Format())", "query_id": "\(query)",
         "client_id": "c\(shopper)", "session_id": "s\(shopper)", "event_attributes": {"object": {"object_id": "\(object)"}}}
        """
    }

    /// Waits for what is kept after the answers.
    private func recorded(_ count: Int) async throws {
        while try await events.store.counts().searches < count { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test("Shoppers search and click, and the configuration whose hits they choose wins", .timeLimit(.minutes(1)))
    func wins() async throws {
        try await server().test(.live) { client in
            var firsts: [String: Int] = [:]
            for shopper in 0..<40 {
                let uri = "/search?q=headphones&match=all&client_id=c\(shopper)&session_id=s\(shopper)"
                let found = try await client.get(uri)
                #expect(Set(found.ids) == ["hp-1", "hp-2"])
                // By team draft, a list of two that differ begins with its first team's first.
                let teams = try #require(found.string("interleaving.teams"))
                #expect(teams == (found.ids[0] == "hp-2" ? "AB" : "BA"))
                #expect(found.string("interleaving.a") == "old" && found.string("interleaving.b") == "new")
                firsts[teams, default: 0] += 1
                // All like what the challenger has first, wherever it stands.
                let id = try #require(found.string("query_id"))
                #expect(try await client.post("/events", click(id, "hp-1", shopper)).number("stored") == 1)
            }
            // Forty coins: both sides come up.
            #expect(firsts.count == 2)
            try await recorded(40)
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("aisle_interleaved_answers_total 40\n"))
        }
        let analyses = try await events.store.compareInterleaved()
        let analysis = try #require(analyses.first)
        #expect(analyses.count == 1)
        #expect((analysis.a, analysis.b) == ("new", "old"))
        #expect((analysis.winsA, analysis.winsB, analysis.searches) == (40, 0, 40))
        #expect(analysis.verdict == .a && analysis.pValue < 1e-9)
    }

    @Test("All pages of a shopper come from one list, also of one who sends no id", arguments: ["&client_id=c", ""])
    func pages(id: String) async throws {
        try await server().test(.router) { client in
            for number in 0..<12 {
                let own = id.isEmpty ? "" : id + "\(number)"
                let uri = "/search?q=headphones&match=all&per_page=1\(own)&page="
                let first = try await client.get(uri + "1"), second = try await client.get(uri + "2")
                #expect(Set(first.ids + second.ids) == ["hp-1", "hp-2"])
                let teams = [first.string("interleaving.teams"), second.string("interleaving.teams")]
                #expect(Set(teams) == ["A", "B"])
                #expect(try await client.get(uri + "1").ids == first.ids)
            }
        }
    }

    @Test("Only the share takes part, the same shoppers each time, and the others have the shop's own ranking")
    func share() async throws {
        try await server(share: 0.5).test(.router) { client in
            var part: Set<Int> = []
            for shopper in 0..<60 {
                let uri = "/search?q=headphones&match=all&user_id=u\(shopper)"
                for _ in 0..<2 {
                    let found = try await client.get(uri)
                    let takesPart = found["interleaving"] != nil
                    if takesPart { part.insert(shopper) } else { #expect(found.ids == ["hp-2", "hp-1"]) }
                    #expect(takesPart == part.contains(shopper))
                }
            }
            #expect(part.count > 10 && part.count < 50)
            try await recorded(120)
        }
        let analysis = try #require(try await events.store.compareInterleaved().first)
        #expect(analysis.searches % 2 == 0 && analysis.searches < 100)
    }

    @Test("A request that says how to rank, sorts, browses or completes is no part of it")
    func open() async throws {
        try await server().test(.router) { client in
            #expect(try await client.get("/search?q=headphones")["interleaving"] != nil)
            for more in [
                "&stage=bm25", "&stage=rerank", "&fusion=rrf", "&candidates=50", "&floor=-100", "&click_weight=0",
                "&click_floor=0", "&weights=title=2", "&instruction=Find", "&sort=price", "&prefix=true",
            ] {
                let found = try await client.get("/search?q=headphones\(more)")
                #expect(found.status == 200 && found["interleaving"] == nil, "\(more) \(found.text)")
            }
            #expect(try await client.get("/search")["interleaving"] == nil)
        }
    }

    @Test("The answer is as it is described")
    func described() async throws {
        try await server().test(.router) { client in
            let found = try await client.get("/search?q=headphones&explain")
            let paths = try JSONValue(try await client.get("/openapi.json").text)["paths"]
            let described = paths?["/search"]?["get"]?["responses"]?["200"]?["content"]?["application/json"]?["schema"]
            #expect(found["interleaving"] != nil)
            #expect(SchemaCheck.problems(of: try JSONValue(found.text), described, at: "search") == [])
        }
    }

    @Test("A reranker that fails counts for nobody")
    func degraded() async throws {
        let server = try shop.server(backend: ScriptedReranker(.notANumber)) { settings in
            settings.events = events
            settings.shop.stage = .bm25
            Self.compare(&settings, #"{"stage": "rerank"}"#)
        }
        try await server.test(.router) { client in
            let found = try await client.get("/search?q=headphones&match=all")
            #expect(found.ids == ["hp-2", "hp-1"] && found["interleaving"] == nil)
            try await recorded(1)
        }
        #expect(try await events.store.compareInterleaved().isEmpty)
    }

    @Test(
        "What cannot be read of its file is named",
        arguments: [
            (#"{"share": 2}"#, "share"), (#"{"share": 0}"#, "share"), (#"{"name": "x", "against": "x"}"#, "name"),
            (#"{"fusion": "best"}"#, "fusion"), (#"{"rules": {}}"#, "rules"), (#"{"stage": "all"}"#, "stage"),
            (#"{"weights": "heading=2"}"#, "weights"),
        ]
    )
    func wrong(json: String, field: String) {
        do {
            _ = try RankingExperiment(json: Data(json.utf8), name: "new", over: ShopSettings())
            Issue.record("was read")
        } catch {
            #expect(ErrorAnswer(error).field == field)
        }
    }

    @Test("What it leaves out is as the shop has it; the rest is its own")
    func difference() throws {
        let shop = try ShopSettings(json: Data(#"{"fusion": "rrf:20", "floor": -3, "click_weight": 2}"#.utf8))
        let json = #"{"click_weight": 4, "instruction": "Find.", "choices": 3}"#
        let experiment = try RankingExperiment(json: Data(json.utf8), name: "four", over: shop)
        let request = experiment.request(RankingRequest(.init("lamp")), stage: .fused)
        #expect(request.fusion == .reciprocalRank(k: 20) && request.floor == -3 && request.clicks.weight == 4)
        #expect(request.instruction == "Find." && request.stage == .fused)
        let names = experiment.interleaving
        #expect((names.a, names.b, names.share) == ("shop", "four", 1))
    }

    @Test("A server does not start with an experiment that cannot say anything, or clicks that cannot count")
    func settings() throws {
        func settings(
            _ json: String,
            _ change: @escaping (inout ServerSettings) -> Void = { _ in }
        ) -> (inout ServerSettings) -> Void {
            { settings in
                settings.events = events
                Self.compare(&settings, json)
                change(&settings)
            }
        }
        #expect(throws: ServerSettingsError.experimentWithoutEvents) {
            try shop.server(backend: LastIsBest(), settings(#"{"fusion": "rrf"}"#) { $0.events = nil })
        }
        #expect(throws: ServerSettingsError.experimentOfEquals(a: "shop", b: "new")) {
            try shop.server(backend: LastIsBest(), settings(#"{"stage": "fused"}"#))
        }
        #expect(throws: ServerSettingsError.experimentWithoutModel(configuration: "new")) {
            try shop.server(settings(#"{"stage": "fused"}"#))
        }
        #expect(throws: ServerSettingsError.clicksWithoutModel(weight: 2)) {
            try shop.server { $0.shop.clicks = ClickBlend(weight: 2) }
        }
        // Two ways to weigh words need no model.
        _ = try shop.server(settings(#"{"weights": "title=9"}"#))
    }
}

/// A reranker that likes each candidate better than the one before it.
private struct LastIsBest: RerankBackend {
    var description: BackendDescription {
        BackendDescription(
            model: "last",
            backend: "test",
            fingerprint: "last",
            scoreKind: .margin,
            takesInstruction: true
        )
    }

    func score(_ request: RerankRequest) async throws -> RerankResult {
        RerankResult(scores: request.documents.indices.map { RelevanceScore(margin: Double($0)) })
    }
}
