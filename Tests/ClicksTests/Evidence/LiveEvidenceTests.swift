import Synchronization
import Testing

@testable import Clicks

@Suite struct LiveEvidenceTests {
    /// A clock that is moved by hand.
    private final class Clock: Sendable {
        private let time = Mutex(noon)
        var now: @Sendable () -> EventTime { { self.time.withLock { $0 } } }
        func advance(days: Double) { time.withLock { $0 = $0.advanced(days: days) } }
    }

    @Test func `Evidence is made anew where events have changed or age tells, and not else`() async throws {
        let scratch = try Scratch()
        let clock = Clock()
        let store = try await EventStore.open(path: scratch.path("events.db"), now: clock.now)
        let evidence = LiveEvidence()
        #expect(!evidence.isWanted)
        #expect(try await evidence.refresh(from: store))
        #expect(try await !evidence.refresh(from: store))
        #expect(!evidence.isWanted)
        let first = evidence.current.number
        #expect(evidence.isWanted)

        try await store.recordSearch(.shown(["a", "b"], id: "q1", by: Visitor(user: "u1")))
        #expect(try await evidence.refresh(from: store))
        _ = try await store.record(events: [.click("a", query: "q1")])
        #expect(try await evidence.refresh(from: store))
        #expect(evidence.current.number == first + 2)
        // The same again is nothing new.
        _ = try await store.record(events: [.click("a", query: "q1")])
        #expect(try await !evidence.refresh(from: store))
        // What is deleted is gone from the evidence, too, and another process's events are seen.
        #expect(try await store.delete(user: "u1") > 0)
        #expect(try await evidence.refresh(from: store))
        let other = try await EventStore.open(path: scratch.path("events.db"), now: clock.now)
        try await other.recordSearch(.shown(["a"], id: "q2"))
        #expect(try await evidence.refresh(from: store))
        // A half-life is 30 days: a hundredth of it weighs.
        clock.advance(days: 0.2)
        #expect(try await !evidence.refresh(from: store))
        clock.advance(days: 0.2)
        #expect(try await evidence.refresh(from: store))
    }

    @Test func `A search that names nobody is counted for whom its clicks name`() async throws {
        let scratch = try Scratch()
        let store = try await EventStore.open(path: scratch.path("events.db"), now: { noon })
        // One client searches again and again, as a machine does, and names itself in its clicks only.
        for search in 0..<40 {
            let id = QueryID("q\(search)")
            try await store.recordSearch(.shown(["a", "b"], id: id, by: Visitor()))
            _ = try await store.record(events: [.click("a", query: id, by: Visitor(client: "machine"))])
        }
        let log = try await store.observations(EvidenceSettings())
        #expect(log.visitorCount == 1)
        // Nobody else has clicked it: three shoppers have to have.
        #expect(try await store.evidence().evidence(for: NormalizedQuery("lamp"))["a"] == nil)
    }
}
