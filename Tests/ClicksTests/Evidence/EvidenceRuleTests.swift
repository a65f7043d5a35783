import Foundation
import Testing

@testable import Clicks

@Suite struct EvidenceRuleTests {
    private typealias Shown = (object: ObjectID, position: Int, engagement: Engagement)

    /// Searches of different shoppers for one query that show two products in turn at the first place.
    private func log(
        _ query: String = "lamp",
        searches: Int = 100,
        clicksOnA: Int = 40,
        engagement: Engagement = .click,
        clicksOnB: Int = 10,
        time: EventTime = noon,
        into log: inout ObservationLog
    ) {
        for search in 0..<searches {
            let a: Shown = ("a", search.isMultiple(of: 2) ? 1 : 2, search < clicksOnA ? engagement : .none)
            let b: Shown = ("b", search.isMultiple(of: 2) ? 2 : 1, search < clicksOnB ? .click : .none)
            let id = "\(query) \(time.milliseconds) \(search)"
            log.add(
                query: NormalizedQuery(query),
                id: QueryID(id),
                time: time,
                visitor: Visitor(client: ClientID(id)),
                shown: [a, b]
            )
        }
    }

    private func table(_ log: ObservationLog, _ change: (inout EvidenceSettings) -> Void = { _ in }) -> EvidenceTable {
        var settings = EvidenceSettings()
        change(&settings)
        return EvidenceTable(log, settings: settings, now: noon)
    }

    private func evidence(_ table: EvidenceTable, _ object: ObjectID, _ query: String = "lamp") -> ClickEvidence? {
        table.evidence(for: NormalizedQuery(query))[object]
    }

    @Test func `Spellings of a query share their evidence`() throws {
        var log = ObservationLog()
        self.log("Desk  Lamp", into: &log)
        for query in ["desk lamp", " DESK LAMP", "ｄｅｓｋ　lamp"] {
            #expect(evidence(table(log), "a", query)?.source == .query, "\(query)")
        }
        #expect(evidence(table(log), "a", "lamp desk")?.source != .query)
    }

    @Test func `What another query says carries over in part`() throws {
        var log = ObservationLog()
        self.log("lamp", into: &log)
        let table = table(log)
        let here = try #require(evidence(table, "a"))
        let there = try #require(evidence(table, "a", "light"))
        #expect((here.source, there.source) == (.query, .product))
        #expect(here.score > there.score && there.score > 0)
        #expect(try #require(evidence(table, "b", "light")).score < 0)
        #expect(evidence(table, "unknown") == nil)
        #expect(abs(evidence(self.table(log) { $0.backOff = 0 }, "a", "light")?.score ?? 0) < 1e-9)
    }

    @Test func `A product with little evidence leans on its standing elsewhere`() throws {
        var log = ObservationLog()
        self.log("lamp", searches: 400, clicksOnA: 200, clicksOnB: 20, into: &log)
        self.log("light", searches: 24, clicksOnA: 4, clicksOnB: 4, into: &log)
        let table = table(log)
        // As many clicks there, but one of them is known to be liked.
        let a = try #require(evidence(table, "a", "light"))
        let b = try #require(evidence(table, "b", "light"))
        #expect((a.source, b.source) == (.query, .query))
        #expect(a.score > b.score)
    }

    @Test func `Little evidence says nothing`() {
        var few = ObservationLog()
        log(searches: 8, clicksOnA: 8, clicksOnB: 0, into: &few)
        #expect(evidence(table(few), "a") == nil)
        // Enough impressions, but too few who clicked; who did not click was many.
        var twoClickers = ObservationLog()
        log(searches: 60, clicksOnA: 2, clicksOnB: 0, into: &twoClickers)
        #expect(evidence(table(twoClickers), "a") == nil)
        #expect(evidence(table(twoClickers), "b")?.score ?? 0 < 0)
        #expect(evidence(EvidenceTable(), "a") == nil)
    }

    @Test func `Evidence halves with each half-life`() throws {
        var new = ObservationLog()
        log(into: &new)
        var old = ObservationLog()
        log(time: noon.advanced(days: -30), into: &old)
        let now = try #require(evidence(table(new) { $0.halfLifeDays = 30 }, "a")).tally
        let then = try #require(evidence(table(old) { $0.halfLifeDays = 30 }, "a")).tally
        #expect(abs(then.clicks - now.clicks / 2) < 1e-3)
        #expect(abs(then.examined / now.examined - 0.5) < 0.05)

        // What was liked long ago loses against what is liked now.
        var mixed = ObservationLog()
        log(searches: 200, clicksOnA: 80, clicksOnB: 10, time: noon.advanced(days: -150), into: &mixed)
        log(searches: 100, clicksOnA: 5, clicksOnB: 40, into: &mixed)
        let score = try #require(evidence(table(mixed), "b")).score
        #expect(score > (evidence(table(mixed), "a")?.score ?? 0))
        let undecayed = table(mixed) { $0.halfLifeDays = 1e9 }
        #expect(try #require(evidence(undecayed, "a")).score > (evidence(undecayed, "b")?.score ?? 0))
    }

    @Test func `Conversions count more than clicks, purchases most`() throws {
        let scores = try [Engagement.click, .conversion, .purchase].map { engagement in
            var log = ObservationLog()
            self.log(clicksOnA: 20, engagement: engagement, clicksOnB: 20, into: &log)
            return try #require(evidence(table(log), "a")).rate
        }
        #expect(scores[0] < scores[1] && scores[1] < scores[2])
        let none = try [Engagement.click, .purchase].map { engagement in
            var log = ObservationLog()
            self.log(clicksOnA: 20, engagement: engagement, into: &log)
            let table = table(log) {
                $0.conversionWeight = 1
                $0.purchaseWeight = 1
            }
            return try #require(evidence(table, "a")).rate
        }
        #expect(none[0] == none[1])
    }

    @Test func `A shopper's clicks on a product for a query count once`() throws {
        func add(_ outcomes: [Engagement], to log: inout ObservationLog) {
            for (search, outcome) in outcomes.enumerated() {
                log.add(
                    query: NormalizedQuery("lamp"),
                    id: QueryID("again \(search)"),
                    time: EventTime(milliseconds: noon.milliseconds + Int64(search) - 10),
                    visitor: Visitor(user: "u", client: ClientID("device \(search)")),
                    shown: [("a", 1, outcome)]
                )
            }
        }
        func samples(_ outcomes: [Engagement]) -> [String] {
            var log = ObservationLog()
            add(outcomes, to: &log)
            return CountedImpressions(log, settings: EvidenceSettings(), now: noon).samples
                .map { "\($0.before) \($0.engagement)" }
        }
        // Impressions count until the first click; what goes further later adds to it.
        #expect(samples([.none, .click, .click, .none]) == ["none none", "none click"])
        #expect(samples([.click, .purchase, .conversion]) == ["none click", "click purchase"])
        // Five searches of one shopper count.
        #expect(samples(Array(repeating: .none, count: 9)).count == 5)
    }

    @Test func `Judgments follow the rates, and more events make them surer`() throws {
        func judged(_ times: Int) throws -> [ClickJudgments.Judgment] {
            var log = ObservationLog()
            self.log(searches: 40 * times, clicksOnA: 20 * times, clicksOnB: 3 * times, into: &log)
            return ClickJudgments(table(log)).judgments
        }
        let few = try judged(1)
        let many = try judged(20)
        #expect(few.map(\.object) == ["a", "b"])
        #expect(many.map(\.grade) == [3, 1])
        for (few, many) in zip(few, many) {
            #expect((0...1).contains(few.confidence) && (0...1).contains(many.confidence))
        }
        #expect(many[1].confidence > few[1].confidence)
        #expect(many[1].confidence > 0.9)
        var log = ObservationLog()
        self.log(into: &log)
        #expect(ClickJudgments(table(log), leastConfidence: 1).judgments.isEmpty)
    }
}
