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
        try Data("half of an index".utf8).write(to: URL(fileURLWithPath: first.buildingPath))
        for _ in 0..<2 { #expect(throws: IndexerError.locked(path: path)) { try Publication(path: path) } }
        #expect(
            FileManager.default.fileExists(atPath: first.buildingPath),
            "the refused writer removed the other's work"
        )
        try first.publish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "half of an index")
    }

    @Test("a link is followed, and the file keeps its permissions")
    func links() throws {
        let scratch = try Scratch()
        let link = scratch.path("current.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "shop-1.db")
        for text in ["one", "two"] {
            let publication = try Publication(path: link)
            #expect(throws: IndexerError.locked(path: scratch.path("shop-1.db"))) {
                try Publication(path: scratch.path("shop-1.db"))
            }
            try Data(text.utf8).write(to: URL(fileURLWithPath: publication.buildingPath))
            try publication.publish()
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "shop-1.db")
            #expect(try String(contentsOfFile: scratch.path("shop-1.db"), encoding: .utf8) == text)
            if text == "one" { chmod(scratch.path("shop-1.db"), 0o600) }
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path("shop-1.db"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
