import Statistics
import Testing

@testable import Clicks

@Suite struct InterleavingAnalysisTests {
    // scipy.stats.binomtest(k, n).pvalue, SciPy 1.17.1.
    @Test(arguments: [
        (15, 5, 0.04138946533203125), (8, 2, 0.109375), (10, 0, 0.001953125), (50, 30, 0.03299261842647619),
        (5, 5, 1), (470, 530, 0.06202319509836343), (0, 0, 1),
    ])
    func `The sign test is SciPy's`(a: Int, b: Int, expected: Double) {
        #expect(abs(InterleavingAnalysis.signTest(a, b) - expected) < 1e-10)
    }

    /// Shoppers who want `c` most and `a` least, and look from the top until they have clicked.
    private func experiment(_ a: [ObjectID], _ b: [ObjectID], visits: Int, seed: UInt64) async throws
        -> InterleavingAnalysis
    {
        var random = SplitMix64(seed: seed)
        let scratch = try Scratch()
        let store = try await EventStore.open(path: scratch.path("events.db"), now: { noon })
        let wish: [ObjectID: Double] = ["a": 0.05, "b": 0.1, "c": 0.5, "d": 0.1]
        var records: [LogRecord] = []
        for visit in 0..<visits {
            for search in 0..<2 {
                let id = QueryID("q\(visit)-\(search)")
                let draft = TeamDraft(a, b, key: id.rawValue, seed: seed)
                let visitor = Visitor(session: SessionID("s\(visit)"))
                var shown = SearchRecord.shown(draft.objects, id: id, by: visitor)
                // Names in the other order: it is the same comparison.
                shown.interleaving = InterleavedTeams(a: "new", b: "base", teams: draft.teams)
                records.append(.search(shown))
                for object in draft.objects where Double.random(in: 0..<1, using: &random) < wish[object, default: 0] {
                    records.append(.event(.click(object, query: id, by: visitor)))
                    break
                }
            }
        }
        _ = try await store.record(records)
        let analyses = try await store.compareInterleaved(seed: seed)
        try #require(analyses.count == 1)
        #expect(analyses[0].searches == 2 * visits)
        #expect((analyses[0].a, analyses[0].b) == ("base", "new"))
        return analyses[0]
    }

    @Test func `The ranking that shows first what shoppers want wins`() async throws {
        // Team a of the drafts is "new", which has what is wanted at the top.
        let analysis = try await experiment(["c", "d", "b", "a"], ["a", "b", "d", "c"], visits: 400, seed: 5)
        #expect(analysis.verdict == .b)
        #expect(analysis.pValue < 0.001)
        let interval = try #require(analysis.interval)
        #expect(interval.upperBound < 0.5)
        #expect(interval.contains(try #require(analysis.preference)))
        #expect(analysis.clickedSearches <= analysis.searches)
    }

    @Test func `Of the same rankings none wins, but for one experiment in twenty`() async throws {
        var winners = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let analysis = try await experiment(["c", "a", "b"], ["c", "a", "b"], visits: 60, seed: seed)
            if analysis.verdict != .undecided { winners += 1 }
        }
        // More than five of twenty happen once in 3,000 times.
        #expect(winners <= 5)
    }

    @Test func `A visit has one vote, however much it clicks`() {
        let visits = [InterleavingAnalysis.Visit(a: 100, b: 1)] + Array(repeating: .init(a: 0, b: 1), count: 9)
        let analysis = InterleavingAnalysis(a: "x", b: "y", searches: 10, clickedSearches: 10, visits: visits)
        #expect((analysis.winsA, analysis.winsB, analysis.ties) == (1, 9, 0))
        #expect(analysis.verdict == .b)
        let none = InterleavingAnalysis(a: "x", b: "y", searches: 3, clickedSearches: 0, visits: [.init(), .init()])
        #expect(none.preference == nil && none.pValue == 1 && none.verdict == .undecided)
    }

    @Test func `Where a search names nobody, its clicks say whose visit it was`() async throws {
        let scratch = try Scratch()
        let store = try await EventStore.open(path: scratch.path("events.db"), now: { noon })
        for search in 0..<20 {
            let id = QueryID("q\(search)")
            var shown = SearchRecord.shown(["x", "y"], id: id, by: Visitor())
            shown.interleaving = InterleavedTeams(a: "base", b: "new", teams: [.a, .b])
            try await store.recordSearch(shown)
            // Fifteen searches of one visit, five of others.
            let session = SessionID(search < 15 ? "robot" : "s\(search)")
            let object: ObjectID = search < 15 ? "x" : "y"
            _ = try await store.record(events: [.click(object, query: id, by: Visitor(session: session))])
        }
        let analysis = try #require(try await store.compareInterleaved().first)
        #expect((analysis.winsA, analysis.winsB, analysis.searches) == (1, 5, 20))
    }
}
