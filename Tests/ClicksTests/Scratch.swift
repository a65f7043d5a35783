import Foundation

@testable import Clicks

/// A folder for one test, removed with the object.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-clicks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }
}

/// A moment that all tests agree on: 2026-01-31T12:00:00Z.
let noon = EventTime(milliseconds: 1_769_860_800_000)

extension BehaviorEvent {
    /// A click at noon.
    static func click(_ object: ObjectID, query: QueryID, by visitor: Visitor = Visitor(client: "c1")) -> BehaviorEvent
    {
        BehaviorEvent(.click, time: noon, queryID: query, object: object, visitor: visitor)
    }
}

extension SearchRecord {
    /// A search at noon.
    static func shown(
        _ objects: [ObjectID],
        query: String = "lamp",
        id: QueryID,
        by visitor: Visitor = Visitor(client: "c1")
    ) -> SearchRecord {
        SearchRecord(id, userQuery: query, time: noon, shown: objects, visitor: visitor)
    }
}
