import Foundation
import Testing

/// What one run of `aisle` did.
struct ProgramRun {
    let status: Int32
    let output: String
    let errors: String

    /// Standard output as one JSON object.
    func json() throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
        return try #require(value as? [String: Any], "no JSON object: \(output.prefix(200))")
    }
}

/// A folder in which `aisle` runs, removed with the object.
final class Shop {
    let folder: URL
    let program: URL

    init() throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("aisle")
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path) is not built")
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Runs `aisle` to its end.
    func aisle(_ arguments: String..., input: String = "") throws -> ProgramRun {
        try run(arguments, input: input)
    }

    /// Runs `aisle` and fails the test unless it succeeds.
    @discardableResult
    func done(_ arguments: String..., input: String = "") throws -> ProgramRun {
        let run = try run(arguments, input: input)
        try #require(run.status == 0, "aisle \(arguments.joined(separator: " ")): \(run.errors)")
        return run
    }

    /// Starts `aisle` without waiting for it; it says nothing.
    func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs `aisle`, or another program, to its end.
    func run(_ arguments: [String], input: String = "", program other: URL? = nil) throws -> ProgramRun {
        let process = Process()
        process.executableURL = other ?? program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        // Files, not pipes: neither side can wait for the other.
        let names = ["input", "output", "errors"].map { ".\($0)-\(UUID().uuidString)" }
        try write(names[0], input)
        for name in names.dropFirst() { try write(name, "") }
        process.standardInput = try FileHandle(forReadingFrom: url(names[0]))
        process.standardOutput = try FileHandle(forWritingTo: url(names[1]))
        process.standardError = try FileHandle(forWritingTo: url(names[2]))
        try process.run()
        process.waitUntilExit()
        defer { for name in names { try? FileManager.default.removeItem(at: url(name)) } }
        return ProgramRun(status: process.terminationStatus, output: try read(names[1]), errors: try read(names[2]))
    }

    func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

    func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: url(name)) }

    func read(_ name: String) throws -> String { String(decoding: try Data(contentsOf: url(name)), as: UTF8.self) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: url(name).path) }

    /// How many products an index has, by listing them.
    func count(_ index: String = "shop.db") throws -> Int {
        let answer = try done("search", "--index", index, "", "--top", "1", "--json").json()
        return try #require(answer["total"] as? Int)
    }

    /// The ids found, in order.
    func ids(_ query: String, _ options: String..., index: String = "shop.db") throws -> [String] {
        let run = try run(["search", "--index", index, query, "--json"] + options, input: "")
        try #require(run.status == 0, "\(run.errors)")
        let hits = try #require(try run.json()["hits"] as? [[String: Any]])
        return hits.compactMap { $0["id"] as? String }
    }
}

/// Three good rows.
let goodDump = """
    id,title,brand,price
    A-1,Wireless headphones,Sony,99.00
    A-2,Leather bag,Bree,149.00
    A-3,Coffee maker,Moka,35.50

    """

/// One good row and one, in line 3, without an id.
let dumpWithBadRow = """
    id,title,brand,price
    B-1,Garden chair,Lund,20.00
    ,A row without an id,Nobody,1.00

    """
