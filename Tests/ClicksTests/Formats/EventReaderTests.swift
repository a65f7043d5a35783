import Foundation
import Statistics
import Testing

@testable import Clicks

@Suite struct EventReaderTests {
    private let reader = EventReader(now: { noon })

    private func read(_ text: String) throws -> [ReadRecord] { try reader.read(Data(text.utf8)) }

    private func record(_ text: String) throws -> LogRecord {
        let records = try read(text)
        try #require(records.count == 1)
        let entries = try records[0].result.get()
        try #require(entries.count == 1)
        return entries[0]
    }

    private func problem(_ text: String) throws -> EventProblem {
        let records = try read(text)
        guard case .failure(let problem) = try #require(records.first).result else {
            throw EventProblem("was read: \(records)")
        }
        return problem
    }

    // The fields of the schema's event in version 1.3.0.
    @Test func `A UBI event is read with all that it says`() throws {
        let event = try record(
            """
            {"action_name": "click", "application": "shop", "client_id": "c-1", "session_id": "s-1", "user_id": "u-1",
             "query_id": "q-1", "timestamp": "2026-01-31T12:30:00.250+01:00", "message_type": "INFO", "message": "x",
             "user_query": "Desk  LAMP",
             "event_attributes": {"object": {"object_id": "p-7", "object_id_field": "sku", "internal_id": "9"},
                                  "position": {"ordinal": 3}}}
            """
        )
        let expected = BehaviorEvent(
            .click,
            time: EventTime(milliseconds: 1_769_860_800_000 - 30 * 60_000 + 250),
            queryID: "q-1",
            object: "p-7",
            position: 3,
            userQuery: "Desk  LAMP",
            visitor: Visitor(user: "u-1", client: "c-1", session: "s-1"),
            application: "shop"
        )
        #expect(event == .event(expected))
    }

    @Test func `A UBI query is read under its new and its older field name`() throws {
        for name in ["query_response_hit_ids", "query_response_objects_ids"] {
            let query = try record(
                """
                {"user_query": "lamp", "query_id": "q-1", "client_id": "c-1", "timestamp": "2026-01-31T12:00:00Z",
                 "query_attributes": {"configuration": "fused", "first_position": 11}, "\(name)": ["a", 17, "b"]}
                """
            )
            let expected = SearchRecord(
                "q-1",
                userQuery: "lamp",
                time: noon,
                shown: ["a", "17", "b"],
                firstPosition: 11,
                configuration: "fused",
                visitor: Visitor(client: "c-1")
            )
            #expect(query == .search(expected))
        }
    }

    @Test func `Teams of an interleaved answer are read, one letter a hit`() throws {
        let query = """
            {"user_query": "lamp", "query_id": "q", "query_response_hit_ids": ["a", "b"],
             "query_attributes": {"interleaving": {"a": "old", "b": "new", "teams": "TEAMS"}}}
            """
        guard case .search(let search) = try record(query.replacing("TEAMS", with: "BA")) else { return }
        #expect(search.interleaving == InterleavedTeams(a: "old", b: "new", teams: [.b, .a]))
        for letters in ["B", "BAB", "BC"] {
            let problem = try problem(query.replacing("TEAMS", with: letters))
            #expect(problem.field == "query_attributes.interleaving.teams")
        }
    }

    // The body of https://www.algolia.com/doc/rest-api/insights, and the methods of search-insights.
    @Test func `Algolia's events become one event an object, positions from 1`() throws {
        let records = try read(
            """
            {"events": [
             {"eventType": "click", "eventName": "Clicked", "index": "products", "userToken": "user-1",
              "timestamp": 1769860800000, "objectIDs": ["p-1", "p-2"], "positions": [7, 6], "queryID": "q-1"},
             {"eventType": "conversion", "eventSubtype": "purchase", "userToken": "user-1", "objectIDs": ["p-1"],
              "authenticatedUserToken": "u-9", "queryID": "q-1"},
             {"clickedObjectIDsAfterSearch": {"userToken": "user-1", "queryID": "q-2", "objectIDs": ["p-3"],
              "positions": [1]}},
             {"eventType": "conversion", "userToken": "user-1", "objectIDs": ["p-1"]}
            ]}
            """
        )
        let entries = try records.flatMap { try $0.result.get() }
        let events = entries.compactMap { entry in if case .event(let event) = entry { event } else { nil } }
        #expect(events.map(\.action) == [.click, .click, .purchase, .click, .conversion])
        #expect(events.map(\.object?.rawValue) == ["p-1", "p-2", "p-1", "p-3", "p-1"])
        #expect(events.map(\.position) == [7, 6, nil, 1, nil])
        #expect(events.map(\.queryID?.rawValue) == ["q-1", "q-1", "q-1", "q-2", nil])
        #expect(events.map(\.time) == [noon, noon, noon, noon, noon])
        #expect(events.map(\.isTimed) == [true, true, false, false, false])
        #expect(events[2].visitor == Visitor(user: "u-9", client: "user-1"))
    }

    // The body of https://www.meilisearch.com/docs: positions count from 0.
    @Test func `Meilisearch's events count positions from 0 and happen when they arrive`() throws {
        let event = try record(
            """
            {"eventType": "click", "eventName": "Search Result Clicked", "indexUid": "products", "userId": "u-1",
             "queryUid": "q-1", "objectId": "0", "objectName": "Lamp", "position": 0}
            """
        )
        let expected = BehaviorEvent(
            .click,
            time: noon,
            isTimed: false,
            queryID: "q-1",
            object: "0",
            position: 1,
            visitor: Visitor(user: "u-1"),
            application: "products"
        )
        #expect(event == .event(expected))
    }

    @Test func `Lists, lines and mixed forms are read`() throws {
        let ubi = #"{"action_name": "click", "timestamp": "2026-01-31T12:00:00Z"}"#
        let other = #"{"eventType": "click", "objectId": "7"}"#
        #expect(try read("[\(ubi), \(other)]").count == 2)
        let lines = try read("\n\(ubi)\r\n\n\(other)\nnot json\n")
        #expect(lines.map(\.place) == [2, 4, 5])
        #expect(lines.map { (try? $0.result.get()) != nil } == [true, true, false])
        #expect(try read("[]").isEmpty)
    }

    @Test(arguments: [
        (#"{"timestamp": "2026-01-31T12:00:00Z", "action_name": null, "query_id": "q"}"#, nil),
        (#"{"action_name": "click"}"#, "timestamp"),
        (#"{"action_name": "click", "timestamp": "2026-01-31T12:00:00"}"#, "timestamp"),
        (#"{"action_name": "click", "timestamp": "yesterday"}"#, "timestamp"),
        (#"{"action_name": "click", "timestamp": true}"#, "timestamp"),
        (#"{"action_name": "click", "timestamp": 1e300}"#, "timestamp"),
        (#"{"action_name": "click", "timestamp": "2026-02-28T12:00:00Z"}"#, "timestamp"),
        (#"{"action_name": 1.5, "timestamp": 1}"#, "action_name"),
        (#"{"action_name": "click", "timestamp": 1, "query_id": ["q"]}"#, "query_id"),
        (
            #"{"action_name": "click", "timestamp": 1, "event_attributes": {"object": {"object_id": {}}}}"#,
            "event_attributes.object.object_id"
        ),
        (
            #"{"action_name": "click", "timestamp": 1, "event_attributes": {"object": {}}}"#,
            "event_attributes.object.object_id"
        ),
        (
            #"{"action_name": "click", "timestamp": 1, "event_attributes": {"position": {"ordinal": 0}}}"#,
            "event_attributes.position.ordinal"
        ),
        (#"{"user_query": "lamp"}"#, "query_id"),
        (#"{"user_query": "lamp", "query_id": "q", "query_response_hit_ids": ["a", ""]}"#, "query_response_hit_ids[1]"),
        (#"{"eventType": "click", "objectIDs": []}"#, "objectIDs"),
        (#"{"eventType": "click", "objectIDs": ["a"], "positions": [1, 2]}"#, "positions"),
        (#"{"eventType": "dance", "objectIDs": ["a"]}"#, "eventType"),
        (#"{"eventType": "click", "queryUid": "q"}"#, "objectId"),
        (#"{"eventType": "click", "objectId": "a", "position": -1}"#, "position"),
        (#"[[]]"#, nil),
        (#"[7]"#, nil),
    ])
    func `A bad record names its field`(text: String, field: String?) throws {
        let problem = try problem(text)
        #expect(problem.field == field, "\(problem)")
        #expect(problem.record == 1)
    }

    @Test func `Good records of a list are read whatever the others are`() throws {
        let good = #"{"action_name": "click", "timestamp": 1769860800000}"#
        let records = try read(#"[\#(good), {"action_name": "click"}, \#(good)]"#)
        #expect(records.map(\.place) == [1, 2, 3])
        guard case .failure(let problem) = records[1].result else { return #expect(Bool(false)) }
        #expect(problem.description == "record 2: timestamp: is missing: write 2026-01-31T12:00:00Z")
    }

    @Test func `Nothing is read without bounds`() throws {
        var limits = EventLimits()
        limits.documentBytes = 300
        limits.records = 2
        limits.identifierBytes = 8
        let reader = EventReader(limits: limits, now: { noon })
        let event = #"{"action_name":"click","timestamp":1}"#
        #expect(throws: ClicksError.documentTooLarge(bytes: 301, most: 300)) {
            try reader.read(Data(String(repeating: " ", count: 301).utf8))
        }
        #expect(throws: ClicksError.tooManyRecords(count: 3, most: 2)) {
            try reader.read(Data("[\(event),\(event),\(event)]".utf8))
        }
        let long = try reader.read(Data(#"{"action_name":"click","timestamp":1,"query_id":"123456789"}"#.utf8))
        guard case .failure(let problem) = long[0].result else { return #expect(Bool(false)) }
        #expect(problem.field == "query_id")
    }

    @Test func `What is no JSON is refused as a whole`() throws {
        for text in ["", "   \n", "action_name=click", "{", "\u{0}\u{1}"] {
            #expect(throws: ClicksError.self) { try read(text) }
        }
    }

    @Test func `Damaged documents are refused or read, and never crash`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("Seed of the damage: \(seed)")
        var random = SplitMix64(seed: seed)
        let document = Array(
            #"[{"action_name": "click", "timestamp": "2026-01-31T12:00:00.5Z", "event_attributes": {"object": {"object_id": "ü"}}}]"#
                .utf8
        )
        for _ in 0..<2000 {
            var bytes = document
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? reader.read(Data(bytes))
        }
    }
}
