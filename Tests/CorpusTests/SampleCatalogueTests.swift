import Foundation
import Testing

@Suite("The sample catalogue")
struct SampleCatalogueTests {
    @Test("the committed files are what the generator makes, and keep its rules")
    func committedFilesAreCurrent() throws {
        let generator = try Self.built("sample-catalogue")
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Corpus")
        let output = try Self.run(generator, ["--check", "--corpus", corpus.path])
        #expect(output.status == 0, "\(output.text)")
    }

    @Test("a changed line of the catalogue is noticed")
    func changedFilesAreNoticed() throws {
        let generator = try Self.built("sample-catalogue")
        let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Corpus")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("corpus-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: corpus, to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }
        let catalogue = folder.appendingPathComponent("catalogue.jsonl")
        var text = try String(contentsOf: catalogue, encoding: .utf8)
        text.append("{\"id\":\"XX-1\",\"title\":\"Not from the generator\"}\n")
        try text.write(to: catalogue, atomically: true, encoding: .utf8)
        let output = try Self.run(generator, ["--check", "--corpus", folder.path])
        #expect(output.status == 1)
        #expect(output.text.contains("catalogue.jsonl"), "\(output.text)")
    }

    /// An executable of this package: they lie in the folder of the running tests.
    static func built(_ name: String) throws -> URL {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent(name)
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path) is not built")
        return program
    }

    static func run(_ program: URL, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
