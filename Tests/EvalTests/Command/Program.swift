import Foundation
import Testing

/// One run of `aisle`, to its end.
struct Program {
    let status: Int32
    let output: String
    let errors: String

    static func run(_ arguments: String...) throws -> Program { try run(arguments) }

    static func run(_ arguments: [String]) throws -> Program {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("aisle")
        try #require(FileManager.default.isExecutableFile(atPath: program.path), "\(program.path) is not built")
        let folder = try Folder()
        // Files, not pipes: neither side can wait for the other.
        let (output, errors) = (try folder.file("output", ""), try folder.file("errors", ""))
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        try process.run()
        process.waitUntilExit()
        return Program(
            status: process.terminationStatus,
            output: try String(contentsOfFile: output, encoding: .utf8),
            errors: try String(contentsOfFile: errors, encoding: .utf8)
        )
    }
}
