import Catalog
import Foundation
import GRDB
import Testing

@testable import Indexer

@Suite("A disk that is full at any write", .serialized)
struct FullDiskTests {
    private static func dump(_ range: Range<Int>) -> String {
        "id,title,brand,price\n"
            + range.map { "P-\($0),Item word\($0) of the range,Brand \($0 % 7),\($0 + 1).50\n" }.joined()
    }

    enum Change: CaseIterable {
        case build, update, delete, compaction

        func run(_ scratch: Scratch, _ path: String) throws -> BuildReport {
            var options = BuildOptions(dumps: [], into: path)
            switch self {
            case .build: options.dumps = [scratch.path("new.csv")]
            case .update:
                options.dumps = [scratch.path("new.csv")]
                options.update = true
            case .delete: options.delete = ["P-3", "P-4"].map { ProductID($0) }
            // More than half of the products are gone then.
            case .compaction: options.delete = (0..<35).map { ProductID("P-\($0)") }
            }
            var build = IndexBuild(options)
            return try build.run()
        }

        var products: Int {
            switch self {
            case .build: 60
            case .update: 80
            case .delete: 38
            case .compaction: 5
            }
        }
    }

    /// An index of this size is written when its transaction ends: nearly every write is one of COMMIT.
    @Test("the old index stays, the message says what to do, and the next run works", arguments: Change.allCases)
    func everyWrite(change: Change) throws {
        let scratch = try Scratch()
        let folder = scratch.folder.path
        let path = scratch.path("shop.db")
        _ = try scratch.file("new.csv", Array(Self.dump(20..<80).utf8))
        var first = IndexBuild(
            BuildOptions(dumps: [try scratch.file("old.csv", Array(Self.dump(0..<40).utf8))], into: path)
        )
        _ = try first.run()
        let old = try Data(contentsOf: URL(fileURLWithPath: path))
        let writes = try SmallDisk.with(room: .max, in: folder) { _ = try change.run(scratch, path) }
        #expect(writes >= 5, "the disk was not asked")
        try old.write(to: URL(fileURLWithPath: path))
        for room in 0..<writes {
            #expect {
                _ = try SmallDisk.with(room: room, in: folder) { _ = try change.run(scratch, path) }
            } throws: { error in
                let message = "\(error)"
                return message.hasPrefix("The disk is full") && message.contains("free some space and run it again")
                    && message.hasSuffix("Nothing was changed.")
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == old, "\(room) of \(writes)")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("shop") }
            #expect(Set(files) == ["shop.db", "shop.db.lock"], "\(room) of \(writes)")
        }
        try check(path, products: 40)
        #expect(try change.run(scratch, path).products == change.products)
        try check(path, products: change.products)
    }

    private func check(_ path: String, products: Int) throws {
        let queue = try IndexConnection.reading(path)
        let (state, count) = try queue.unsafeRead { database in
            (
                try String.fetchOne(database, sql: "PRAGMA integrity_check"),
                try Int.fetchOne(database, sql: "SELECT count(*) FROM products")
            )
        }
        #expect(state == "ok")
        #expect(count == products)
        try queue.close()
    }
}
