import Catalog
import Clicks
import Foundation
import Retriever
import Statistics
import Testing

@testable import Ranking

@Suite struct InterleavingTests {
    private let experiment = InterleavingExperiment(a: "old", b: "new", share: 1)

    private func interleaved(_ a: RankingRequest, _ b: RankingRequest, shopper: String = "s") -> InterleavedRequest {
        InterleavedRequest(a: a, b: b, experiment: experiment, shopper: shopper)
    }

    @Test func `Pages of any size are cut from one list of both rankings: none repeats, none is lost`() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        let count = 60
        let margins = (0..<count).map { _ in Double(Int.random(in: -6...6, using: &random)) / 2 }
        let shop = try TestShop(margins: margins)
        for round in 0..<60 {
            let pipeline = try shop.pipeline(StubBackend(.honest))
            let rules = BusinessRules(
                pinned: round.isMultiple(of: 2) ? [] : ids([40, 2]).map { ProductID($0) },
                buried: round.isMultiple(of: 2) ? [] : [ProductID("p000")]
            )
            func some() throws -> RankingRequest {
                lamps(
                    try #require(RankingStage.allCases.randomElement(using: &random)),
                    candidates: try #require([1, 5, 30, 59, 60, 61, 100].randomElement(using: &random))
                ) { request in
                    request.fusion = Bool.random(using: &random) ? .reciprocalRank : .weighted(1)
                    request.rules = rules
                }
            }
            let (a, b) = (try some(), try some())
            var seen: [String] = []
            var teams: [Team] = []
            while true {
                var page = a
                page.search.offset = seen.count
                page.search.top = Int.random(in: 1...25, using: &random)
                let answer = try await pipeline.page(interleaved(page, b, shopper: "s\(round)"))
                let first = seen.count + 1
                #expect(answer.hits.map(\.rank) == Array(first..<first + answer.hits.count))
                seen += answer.ids
                teams += answer.interleaving?.teams ?? []
                #expect(answer.search.total == count)
                if answer.hits.isEmpty { break }
            }
            #expect(seen.count == count && Set(seen).count == count, "seed \(seed), round \(round)")
            // Each team's hits are its own candidates, and all candidates have a team.
            let single = (a: try await candidates(a, pipeline), b: try await candidates(b, pipeline))
            #expect(Set(seen.prefix(teams.count)) == Set(single.a + single.b))
            for (id, team) in zip(seen, teams) { #expect((team == .a ? single.a : single.b).contains(id)) }
            if !rules.pinned.isEmpty {
                #expect(Array(seen.prefix(2)) == ids([40, 2]))
                let covered = Set(single.a + single.b)
                if covered.contains("p000") { #expect(seen.prefix(teams.count).last == "p000") }
            }
        }
    }

    /// What a request's own window shows.
    private func candidates(_ request: RankingRequest, _ pipeline: RankingPipeline) async throws -> [String] {
        var request = request
        request.search.top = 1000
        let page = try await pipeline.page(request)
        // Products pinned from behind the candidates come on top of them.
        let pinned = page.hits.prefix(2).count { $0.firstStageRank == nil }
        return Array(page.ids.prefix(min(request.candidates, page.hits.count) + pinned))
    }

    @Test func `Each place has the best of what is left of its team's ranking`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        let pipeline = try shop.pipeline(StubBackend(.honest))
        let (a, b) = (lamps(.bm25), lamps(.rerank))
        let rankings = [Team.a: ids(0...5), .b: ids([5, 2, 4, 0, 1, 3])]
        #expect(try await pipeline.page(a).ids == rankings[.a])
        #expect(try await pipeline.page(b).ids == rankings[.b])
        var lists: Set<[String]> = []
        for shopper in 0..<50 {
            let answer = try await pipeline.page(interleaved(a, b, shopper: "s\(shopper)"))
            let teams = try #require(answer.interleaving).teams
            #expect(answer.interleaving?.a == "old" && answer.interleaving?.b == "new")
            #expect(teams.count == 6)
            for (place, team) in teams.enumerated() {
                let left = try #require(rankings[team]).filter { !answer.ids[..<place].contains($0) }
                #expect(answer.ids[place] == left.first)
            }
            lists.insert(answer.ids)
            // The same shopper sees the same again.
            #expect(try await pipeline.page(interleaved(a, b, shopper: "s\(shopper)")).ids == answer.ids)
        }
        #expect(lists.count > 3)
    }

    @Test func `What both configurations would ask the reranker is asked once`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        for (b, asked) in [
            (lamps(.rerank), 1), (lamps(.fused) { $0.floor = 0 }, 1), (lamps(.fused) { $0.instruction = "i" }, 2),
            (lamps(.fused, candidates: 3), 2), (lamps(.bm25), 1),
        ] {
            let backend = StubBackend(.honest)
            let pipeline = try shop.pipeline(backend)
            _ = try await pipeline.page(interleaved(lamps(.fused), b))
            #expect(backend.requests.count == asked)
            // Further shoppers' lists are made of the same rankings.
            _ = try await pipeline.page(interleaved(lamps(.fused), b, shopper: "t"))
            #expect(backend.requests.count == asked)
        }
    }

    @Test func `What one configuration leaves out is there if the other has it, and is counted`() async throws {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        let pipeline = try shop.pipeline(StubBackend(.honest))
        let strict = lamps(.rerank) { $0.floor = 0.5 }
        let open = lamps(.rerank) { $0.floor = -2 }
        for (a, b) in [(strict, open), (open, strict)] {
            let answer = try await pipeline.page(interleaved(a, b))
            #expect(Set(answer.ids) == Set(ids([0, 1, 2, 4, 5])))
            #expect(answer.search.total == 5 && answer.rerank.dropped == 1)
        }
    }

    @Test func `Where a configuration could not rank as it says, the page is the other's and counts for neither`()
        async throws
    {
        let shop = try TestShop(margins: [0, -1, 2, -3, 1, 4])
        for behaviour in [StubBackend.Behaviour.failing, .partial(3), .constant] {
            let backend = StubBackend(behaviour)
            let pipeline = try shop.pipeline(backend)
            let request = interleaved(lamps(.bm25, top: 3), lamps(.rerank, top: 3))
            let answer = try await pipeline.page(request)
            #expect(answer.interleaving == nil)
            #expect(answer.ids == ids(0...2))
            // The reranker is back, but the second page belongs to the first.
            backend.become(.honest)
            var second = request
            second.a.search.offset = 3
            #expect(try await pipeline.page(second).ids == ids(3...5))
        }
    }
}
