import Foundation
import Testing

@testable import Reranker

@Suite struct FileDigestsTests {
    private let scratch: ModelScratch

    init() throws {
        scratch = try ModelScratch()
    }

    /// Lets a file look as old as it has to be before anything is remembered, and the same as far as its owner can say.
    private func age(_ path: String) throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        // Nobody can set the change time.
        sleep(3)
    }

    @Test func `A hash is remembered, and no change of equal size and date goes unnoticed`() throws {
        let file = try scratch.write("weights", [1, 2, 3])
        // sha256sum of the bytes 01 02 03.
        let hash = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81"
        var digests = FileDigests(path: "\(scratch.path)/cache/sums")
        digests.least = 1
        try age(file)
        #expect(try digests.sha256(of: file) == hash)
        let sums = "\(scratch.path)/cache/sums"
        let text = try String(contentsOfFile: sums, encoding: .utf8)
        #expect(text.hasSuffix(" \(hash)\n"))
        // What is remembered is used.
        let other = String(repeating: "ab", count: 32)
        try Data(text.replacing(hash, with: other).utf8).write(to: URL(fileURLWithPath: sums))
        #expect(try digests.sha256(of: file) == other)
        // Damage is not.
        try Data(text.replacing(hash, with: "039058c6").utf8).write(to: URL(fileURLWithPath: sums))
        #expect(try digests.sha256(of: file) == hash)

        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.write(contentsOf: Data([9]))
        try handle.close()
        try age(file)
        // sha256sum of the bytes 09 02 03.
        #expect(try digests.sha256(of: file) == "c928c38ab25d86ad74198faaac21ea3707c9d218fc68a5fa4a80371094f5753e")
    }

    @Test func `Small files, new ones, and those without a place to remember are hashed each time`() throws {
        let file = try scratch.write("weights", [1, 2, 3])
        let sums = "\(scratch.path)/sums"
        var digests = FileDigests(path: sums)
        let first = try digests.sha256(of: file)
        digests.least = 1
        #expect(try digests.sha256(of: file) == first)
        #expect(!FileManager.default.fileExists(atPath: sums))
        #expect(try FileDigests(path: nil).sha256(of: file) == first)
        #expect(throws: HubError.self) { try digests.sha256(of: "\(scratch.path)/none") }
    }

    @Test func `The file lies beside cached scores`() {
        #expect(FileDigests.defaultPath(["XDG_CACHE_HOME": "/c"]) == "/c/aisle/weights.sha256")
        #expect(FileDigests.defaultPath([:]) == nil)
    }
}
