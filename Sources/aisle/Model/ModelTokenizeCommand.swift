public import ArgumentParser
import Foundation
public import Reranker

/// `aisle model tokenize`: the ids a model's tokenizer gives to each line of a text.
struct ModelTokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Print the token ids of a text, line by line.",
        discussion: """
            A line is what stands between two line feeds; a carriage return before one belongs to the line. Malformed \
            UTF-8 becomes U+FFFD.
            """
    )

    @Option(help: "A model's folder, or a tokenizer.json.")
    var model: String

    @Argument(help: "The text; - is standard input.")
    var file = "-"

    @Option(
        help: """
            Added tokens such as <|im_end|> in the text: neutralised (ordinary text) or recognised (their ids, as the \
            reference has it).
            """
    )
    var controlTokens = ControlTokens.neutralised

    @Flag(help: "Texts end with a NUL byte instead of a line feed.")
    var null = false

    @Flag(help: "Print the time it took, and MB a second, on standard error.")
    var time = false

    @Flag(help: "Print JSON: {\"lines\": [[ids]]}.")
    var json = false

    func run() throws {
        do {
            let clock = ContinuousClock()
            let start = clock.now
            let tokenizer = try Tokenizer(contentsOf: URL(fileURLWithPath: model))
            let loaded = clock.now
            var lines = LineReader(try input(), named: file, end: null ? 0 : 10)
            var output = IDWriter(json: json)
            output.begin()
            var ids: [TokenID] = []
            var bytes = 0
            var spent = Duration.zero
            while let line = try lines.next() {
                let text = String(decoding: line, as: UTF8.self)
                bytes += line.count
                ids.removeAll(keepingCapacity: true)
                let before = clock.now
                tokenizer.encode(text, controlTokens: controlTokens, into: &ids)
                spent += clock.now - before
                try output.write(ids)
            }
            try output.end()
            if time { Self.printTime(loading: loaded - start, encoding: spent, bytes: bytes) }
        } catch {
            throw CommandFailure(error)
        }
    }

    private func input() throws(TokenizeInputError) -> FileHandle {
        if file == "-" { return .standardInput }
        guard let handle = FileHandle(forReadingAtPath: file) else { throw .unreadable(path: file) }
        return handle
    }

    private static func printTime(loading: Duration, encoding: Duration, bytes: Int) {
        let rate = Double(bytes) / 1e6 / max(encoding / .seconds(1), 1e-9)
        Terminal.printError(
            String(
                format: "loaded in %.3f s; %.1f MB encoded in %.3f s: %.1f MB/s on one core",
                loading / .seconds(1),
                Double(bytes) / 1e6,
                encoding / .seconds(1),
                rate
            )
        )
    }
}

extension ControlTokens: ExpressibleByArgument {}

/// What can be wrong with the text.
private enum TokenizeInputError: Error, CustomStringConvertible {
    case unreadable(path: String)

    var description: String {
        switch self {
        case .unreadable(let path): "\(path) cannot be read: give a text file, or - for standard input."
        }
    }
}

/// Cuts a file into lines, reading a piece at a time.
private struct LineReader {
    private let handle: FileHandle
    private let name: String
    /// The byte that ends a line.
    private let end: UInt8
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private static let pieceLength = 1 << 20

    init(_ handle: FileHandle, named name: String, end: UInt8) {
        self.handle = handle
        self.name = name
        self.end = end
    }

    /// The next line without its end; nil behind the last one.
    ///
    /// The end of the last line starts no further one.
    mutating func next() throws(TokenizeInputError) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let found = buffer[searched...].firstIndex(of: end) {
                defer { start = found + 1 }
                return buffer[start..<found]
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return buffer[start...]
            }
            searched -= start
            buffer.removeSubrange(..<start)
            start = 0
            let piece = try read()
            if piece.isEmpty { isAtEnd = true }
            buffer.append(contentsOf: piece)
        }
    }

    private func read() throws(TokenizeInputError) -> Data {
        do {
            return try handle.read(upToCount: Self.pieceLength) ?? Data()
        } catch {
            throw .unreadable(path: name)
        }
    }
}

/// Writes lists of ids to standard output, as JSON or one list a line.
private struct IDWriter {
    private let json: Bool
    private var buffer: [UInt8] = []
    private var isFirst = true
    private static let flushLength = 1 << 16

    init(json: Bool) {
        self.json = json
    }

    mutating func begin() {
        if json { buffer += "{\"lines\": [".utf8 }
    }

    mutating func write(_ ids: [TokenID]) throws {
        if json { buffer += (isFirst ? "\n[" : ",\n[").utf8 }
        isFirst = false
        for (index, id) in ids.enumerated() {
            if index > 0 { buffer += (json ? ", " : " ").utf8 }
            buffer += String(id).utf8
        }
        buffer.append(UInt8(ascii: json ? "]" : "\n"))
        if buffer.count >= Self.flushLength { try flush() }
    }

    mutating func end() throws {
        if json { buffer += "\n]}\n".utf8 }
        try flush()
    }

    private mutating func flush() throws {
        try FileHandle.standardOutput.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
