import Foundation
import GRDB
import Testing

@testable import Clicks

@Suite struct EventStoreTests {
    private func open(
        _ path: String,
        now: EventTime = noon,
        _ change: (inout EventStoreSettings) -> Void = { _ in }
    ) async throws -> EventStore {
        var settings = EventStoreSettings()
        change(&settings)
        return try await EventStore.open(path: path, settings: settings, now: { now })
    }

    @Test func `What was recorded is there after the file is opened again`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("events.db")
        do {
            let store = try await open(path)
            #expect(try await store.recordSearch(.shown(["a", "b"], id: "q1")) == .stored)
            #expect(try await store.record(events: [.click("a", query: "q1")]) == [.stored])
        }
        let counts = try await open(path).counts()
        #expect((counts.searches, counts.events, counts.clients) == (1, ["click": 1], 1))
        #expect((counts.earliest, counts.latest) == (noon, noon))
    }

    @Test func `The same record is kept once, and said to be known`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db"))
        let click = BehaviorEvent.click("a", query: "q1")
        #expect(try await store.record(events: [click, click]) == [.stored, .duplicate])
        #expect(try await store.record(events: [click]) == [.duplicate])
        var later = click
        later.time = EventTime(milliseconds: noon.milliseconds + 1)
        #expect(try await store.record(events: [later]) == [.stored])
        // Without a time of its own, a click that is sent again differs in nothing but the arrival.
        var untimed = BehaviorEvent.click("b", query: "q1")
        untimed.isTimed = false
        #expect(try await store.record(events: [untimed]) == [.stored])
        untimed.time = EventTime(milliseconds: noon.milliseconds + 5000)
        #expect(try await store.record(events: [untimed]) == [.duplicate])

        let search = SearchRecord.shown(["a"], id: "q1")
        #expect(try await store.recordSearch(search) == .stored)
        #expect(try await store.recordSearch(search) == .duplicate)
        var second = search
        second.firstPosition = 2
        #expect(try await store.recordSearch(second) == .stored)
    }

    @Test func `Every commit is synced, and calls that come together share one`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db"))
        let mode = try await store.pool.writeWithoutTransaction { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode")
            )
        }
        // https://www.sqlite.org/pragma.html#pragma_synchronous: 2 is FULL.
        #expect(mode == (2, "wal"))
        let calls = 300
        let outcomes = try await withThrowingTaskGroup(of: [RecordOutcome].self) { group in
            for call in 0..<calls {
                group.addTask {
                    try await store.record(events: [.click(ObjectID("p\(call)"), query: QueryID("q\(call)"))])
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes == Array(repeating: .stored, count: calls))
        #expect(try await store.counts().events == ["click": calls])
        #expect(store.commits < calls / 2, "\(store.commits) transactions")
    }

    @Test func `Too many waiting records are refused, a single large call is not`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db")) { $0.mostWaiting = 10 }
        let many = (0..<50).map { BehaviorEvent.click(ObjectID("p\($0)"), query: "q") }
        #expect(try await store.record(events: many).count == 50)
        let refusals = await withTaskGroup(of: Bool.self) { group in
            for call in 0..<200 {
                group.addTask {
                    do {
                        let events = (0..<9).map { BehaviorEvent.click(ObjectID("r\(call)-\($0)"), query: "q") }
                        _ = try await store.record(events: events)
                        return false
                    } catch ClicksError.overloaded { return true } catch { return false }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(refusals > 0 && refusals < 200)
        // Refused calls were refused as a whole.
        #expect(try await store.counts().events["click"] == 50 + (200 - refusals) * 9)
    }

    @Test func `What is older than the retention is not kept, and goes when it gets old`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("events.db")
        var old = BehaviorEvent.click("a", query: "q1")
        old.time = noon.advanced(days: -31)
        var young = old
        young.time = noon.advanced(days: -29)
        do {
            let store = try await open(path) { $0.retentionDays = 30 }
            #expect(try await store.record(events: [old, young]) == [.expired, .stored])
            try await store.recordSearch(.shown(["a"], id: "q1"))
        }
        let store = try await open(path, now: noon.advanced(days: 3)) { $0.retentionDays = 30 }
        #expect(try await store.maintain() == 1)
        let counts = try await store.counts()
        #expect((counts.events, counts.searches) == ([:], 1))
    }

    @Test func `A file that grows too large loses its oldest records`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db")) { $0.mostBytes = 400_000 }
        let events = (0..<6000).map { number in
            BehaviorEvent(
                .click,
                time: noon.advanced(days: -Double(number) / 100),
                queryID: QueryID("query-\(number)"),
                object: "p"
            )
        }
        _ = try await store.record(events: events)
        try await store.maintain()
        let counts = try await store.counts()
        #expect(counts.bytes <= 400_000)
        #expect(counts.events["click", default: 0] > 500)
        #expect(counts.latest == noon)
        #expect(try #require(counts.earliest) > noon.advanced(days: -59))
    }

    @Test func `Nothing of a deleted user is left in the files`() async throws {
        let scratch = try Scratch()
        let path = scratch.path("events.db")
        let store = try await open(path)
        let secret = Visitor(user: "user-secret-4711", client: "client-1")
        try await store.recordSearch(.shown(["a"], query: "private thing", id: "q1", by: Visitor(client: "client-1")))
        try await store.recordSearch(.shown(["a"], query: "public thing", id: "q2", by: Visitor(user: "other")))
        _ = try await store.record(events: [
            .click("a", query: "q1", by: secret), .click("a", query: "q2", by: Visitor(user: "other")),
        ])
        #expect(try await store.delete(user: "user-secret-4711") == 2)
        let counts = try await store.counts()
        #expect((counts.searches, counts.users, counts.events) == (1, 1, ["click": 1]))
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) {
            let bytes = try Data(contentsOf: scratch.folder.appendingPathComponent(name))
            for text in ["user-secret-4711", "private thing"] {
                #expect(bytes.range(of: Data(text.utf8)) == nil, "\(text) is in \(name)")
            }
        }
        #expect(try await store.delete(client: "nobody") == 0)
        #expect(try await store.delete(user: "") == 0)
    }

    @Test func `Other databases, other files and missing ones are left alone`() async throws {
        let scratch = try Scratch()
        let other = scratch.path("shop.db")
        try await DatabaseQueue(path: other).write { try $0.execute(sql: "CREATE TABLE products (id)") }
        let before = try Data(contentsOf: URL(fileURLWithPath: other))
        await #expect(throws: ClicksError.otherDatabase(path: other)) { try await open(other) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: other)) == before)
        let text = try scratch.write("text.db", String(repeating: "no database ", count: 1000))
        await #expect(throws: ClicksError.otherDatabase(path: text)) { try await open(text) }
        let missing = scratch.path("none.db")
        await #expect(throws: ClicksError.noStore(path: missing)) {
            try await EventStore.open(path: missing, create: false)
        }
        #expect(!FileManager.default.fileExists(atPath: missing))
        let newer = scratch.path("newer.db")
        _ = try await open(newer)
        try await DatabasePool(path: newer).writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9") }
        await #expect(throws: ClicksError.newerStore(path: newer, version: 9, newest: 1)) { try await open(newer) }
    }

    @Test func `Where a shop sends impressions only, they say what was shown`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db"))
        func event(_ action: EventAction, _ object: ObjectID, _ position: Int?) -> BehaviorEvent {
            BehaviorEvent(action, time: noon, queryID: "q1", object: object, position: position, userQuery: "Lamp ")
        }
        _ = try await store.record(events: [
            event(.impression, "a", 1), event(.impression, "b", 2), event(.click, "b", nil),
        ])
        let log = try await store.observations(EvidenceSettings())
        #expect(log.pages.count == 1)
        #expect(log.queries.values == [NormalizedQuery("lamp")])
        #expect(log.objects.values == ["a", "b"])
        #expect(log.places.map(\.engagement) == [.none, .click])
        #expect(log.places.map(\.bucket) == [0, 1])
    }

    @Test func `Clicks belong to the page that showed the product, at its place`() async throws {
        let scratch = try Scratch()
        let store = try await open(scratch.path("events.db"))
        var second = SearchRecord.shown(["c", "d"], id: "q1")
        second.firstPosition = 3
        second.time = EventTime(milliseconds: noon.milliseconds + 1)
        _ = try await store.record([
            .search(.shown(["a", "b"], id: "q1")), .search(second), .event(.click("c", query: "q1")),
            .event(BehaviorEvent(.purchase, time: noon, queryID: "q1", object: "a")),
            .event(BehaviorEvent(.view, time: noon, queryID: "q1", object: "b")),
            .event(.click("nowhere", query: "q1")),
        ])
        let log = try await store.observations(EvidenceSettings())
        let places = log.places.map { "\(log.objects.values[Int($0.object)]) \($0.bucket) \($0.engagement)" }
        #expect(places.sorted() == ["a 0 purchase", "b 1 none", "c 2 click", "d 3 none"])
    }
}
