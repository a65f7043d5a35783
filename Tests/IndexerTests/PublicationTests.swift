import Foundation
import Testing

@testable import Indexer

@Suite("Publishing")
struct PublicationTests {
    @Test("a second writer of the same index is refused while the first one works")
    func oneWriterAtATime() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("aisle-\(UUID().uuidString).db").path
        defer {
            for suffix in ["", ".lock", ".building"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }
        let first = try Publication(path: path)
        #expect(throws: IndexerError.locked(path: path)) { try Publication(path: path) }
        withExtendedLifetime(first) {}
    }
}
