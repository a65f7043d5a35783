import Foundation
import Testing

@testable import Clicks

@Suite struct EventFileTests {
    private func read(_ path: String) async throws -> [ReadRecord] {
        var all: [ReadRecord] = []
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        try await EventFile(path: path, next: { try file.read(upToCount: 1 << 20) }).read { all += $0 }
        return all
    }

    @Test func `Lines are read chunk by chunk and keep their numbers`() async throws {
        let scratch = try Scratch()
        // More than a chunk of one mebibyte, and no line feed at the end.
        let count = 20_000
        let lines = (0..<count).map { #"{"action_name":"click","timestamp":1769860800000,"query_id":"q\#($0)"}"# }
        let records = try await read(try scratch.write("events.jsonl", lines.joined(separator: "\n")))
        #expect(records.map(\.place) == Array(1...count))
        #expect(records.allSatisfy { (try? $0.result.get())?.count == 1 })
    }

    @Test func `An indented document is read as one`() async throws {
        let scratch = try Scratch()
        let text = "[\n  {\n  \"action_name\": \"click\",\n  \"timestamp\": 1769860800000\n  }\n]\n"
        let records = try await read(try scratch.write("events.json", text))
        #expect(records.count == 1)
    }

    @Test func `A file that is no JSON is named`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("csv", "a,b\n1,2\n")
        do {
            _ = try await read(path)
            Issue.record("it was read")
        } catch {
            #expect("\(error)".hasPrefix(path), "\(error)")
        }
    }
}
