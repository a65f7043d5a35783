import Catalog
import Foundation
import Testing

@testable import Indexer

/// Everything a dump gave.
struct DumpResult {
    var products: [Product] = []
    var rejects: [Reject] = []
    /// Where each product stood, and its original text.
    var locations: [Indexer.SourceLocation] = []
    var originals: [String] = []
    var report = DumpReport()

    var titles: [String] { products.map(\.title) }
    var ids: [String] { products.map(\.id.rawValue) }
    var reasons: [RejectReason] { rejects.map(\.reason) }
    var only: DumpReport.File? { report.files.first }

    func product(_ id: String) throws -> Product {
        try #require(products.first { $0.id.rawValue == id }, "no product \(id) among \(ids)")
    }

    func role(_ column: String) -> DumpReport.Role? { only?.columns.first { $0.name == column }?.role }
}

extension Product {
    /// The values of an attribute, nil where there is none.
    func values(_ name: String) -> [String]? { attributes.first { $0.name == name }?.values }
}

/// A folder for one test's files, removed with the object.
final class Scratch {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("dump-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let url = folder.appendingPathComponent(name)
        try Data(bytes).write(to: url)
        return url.path
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}

/// Reads whole dumps for tests.
enum Dump {
    static func read(paths: [String], options: DumpOptions = DumpOptions(), batch: Int = 7) throws -> DumpResult {
        try drain(DumpReader(paths: paths, options: options), batch: batch)
    }

    static func read(
        _ text: String,
        name: String = "dump.csv",
        options: DumpOptions = DumpOptions()
    ) throws -> DumpResult {
        try read(bytes: Array(text.utf8), name: name, options: options)
    }

    static func read(
        bytes: [UInt8],
        name: String = "dump.csv",
        options: DumpOptions = DumpOptions()
    ) throws -> DumpResult {
        let scratch = try Scratch()
        return try withExtendedLifetime(scratch) {
            try read(paths: [scratch.file(name, bytes)], options: options)
        }
    }

    /// Reads what is written into a pipe that stands in for standard input.
    static func readPiped(_ bytes: [UInt8], options: DumpOptions = DumpOptions()) throws -> DumpResult {
        let pipe = Pipe()
        let writer = Thread { [handle = pipe.fileHandleForWriting] in
            try? handle.write(contentsOf: Data(bytes))
            try? handle.close()
        }
        writer.start()
        let input = pipe.fileHandleForReading.fileDescriptor
        return try withExtendedLifetime(pipe) {
            try drain(DumpReader(paths: ["-"], options: options, standardInput: input), batch: 100)
        }
    }

    static func drain(_ reader: DumpReader, batch: Int) throws -> DumpResult {
        var result = DumpResult()
        while let outcomes = try reader.nextBatch(limit: batch) {
            #expect(!outcomes.isEmpty && outcomes.count <= batch)
            for outcome in outcomes {
                switch outcome {
                case .product(let product, let location, let original):
                    result.products.append(product)
                    result.locations.append(location)
                    result.originals.append(String(decoding: original, as: UTF8.self))
                case .rejected(let reject): result.rejects.append(reject)
                }
            }
        }
        result.report = reader.report
        return result
    }

    /// A folder of real dumps beside the package; nil where this checkout has none.
    static func shared(_ path: String) -> String? {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent().appendingPathComponent("shared/data/" + path).path
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }

    /// Runs a program with these bytes as its input; nil where it is not installed.
    static func pipe(_ bytes: [UInt8], through arguments: [String]) throws -> [UInt8]? {
        let scratch = try Scratch()
        let input = try scratch.file("input", bytes)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? Array(data) : nil
    }
}
