public import Foundation

/// Reads a file of events record by record: JSON Lines of any length, other JSON up to 256 MiB.
public struct EventFile {
    private let path: String
    private let reader: EventReader
    private let next: () throws -> Data?

    /// A file.
    ///
    /// - Parameters:
    ///   - path: Its name in errors; `-` is standard input.
    ///   - reader: How records are read.
    ///   - next: Gives its next bytes, nil at the end.
    public init(
        path: String,
        reader: EventReader = EventReader(limits: .file),
        next: @escaping () throws -> Data?
    ) {
        self.path = path
        self.reader = reader
        self.next = next
    }

    /// Reads all of it.
    ///
    /// - Parameter body: Gets the records of some lines at a time; reading goes on when it returns.
    /// - Throws: `ClicksError.unreadable`, and what `body` and the source of the bytes throw.
    public func read(_ body: ([ReadRecord]) async throws -> Void) async throws {
        var buffer = Data()
        var line = 0
        var isLines = false
        while let chunk = try next() {
            buffer.append(chunk)
            if !isLines {
                guard let end = buffer.firstIndex(of: UInt8(ascii: "\n")) else {
                    if buffer.count > reader.limits.documentBytes { break }
                    continue
                }
                let first = buffer[buffer.startIndex..<end]
                // The first line of a list or of an indented object is no JSON by itself.
                isLines = EventReader.isComplete(Data(first))
                if !isLines { break }
            }
            try await body(try take(&buffer, &line))
        }
        if isLines {
            if !buffer.isEmpty {
                buffer.append(UInt8(ascii: "\n"))
                try await body(try take(&buffer, &line))
            }
        } else {
            try await body(try whole(&buffer))
        }
    }

    /// The records of the complete lines at the beginning of the buffer, which are taken out of it.
    private func take(_ buffer: inout Data, _ line: inout Int) throws(ClicksError) -> [ReadRecord] {
        var records: [ReadRecord] = []
        var start = buffer.startIndex
        while let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
            line += 1
            let text = buffer[start..<end]
            if !text.allSatisfy({ $0 <= UInt8(ascii: " ") }) { records += reader.read(line: Data(text), place: line) }
            start = end + 1
        }
        buffer = Data(buffer[start...])
        guard buffer.count <= reader.limits.lineBytes else {
            throw unreadable("line \(line + 1) is longer than \(reader.limits.lineBytes) bytes")
        }
        return records
    }

    /// The records of a document that is not in lines.
    private func whole(_ buffer: inout Data) throws -> [ReadRecord] {
        repeat {
            guard buffer.count <= reader.limits.documentBytes else {
                throw unreadable(
                    "one JSON document of more than \(reader.limits.documentBytes) bytes: write one record a line"
                )
            }
            guard let chunk = try next() else { break }
            buffer.append(chunk)
        } while true
        do throws(ClicksError) { return try reader.read(buffer) } catch { throw unreadable("\(error)") }
    }

    private func unreadable(_ problem: String) -> ClicksError {
        .unreadable(
            path: path == "-" ? "standard input" : path,
            problem: problem.hasSuffix(".") ? String(problem.dropLast()) : problem
        )
    }
}
