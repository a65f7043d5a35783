import Foundation

/// A file in the making: complete under its name and synced, or not there.
///
/// Pipes, terminals and the like cannot be replaced; they are written to as they are.
final class OutputFile {
    private let path: String?
    /// What is renamed in the end; nil: there is nothing to rename.
    private let temporary: String?
    /// Where the file will be: links followed.
    private let target: String
    private let file: FileHandle
    private var isPublished = false

    /// Opens a temporary file beside the one to be.
    ///
    /// - Parameter path: The file; nil: standard output.
    /// - Throws: `CommandFailure`.
    init(path: String?) throws {
        self.path = path
        guard let path else {
            (temporary, target, file) = (nil, "", .standardOutput)
            return
        }
        var information = stat()
        let isThere = stat(path, &information) == 0
        target = isThere ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
        // A folder of this name fails when it is opened.
        let isReplaced = !isThere || information.st_mode & S_IFMT == S_IFREG
        temporary = isReplaced ? "\(target).\(getpid()).writing" : nil
        if let temporary { _ = FileManager.default.createFile(atPath: temporary, contents: nil) }
        guard let opened = FileHandle(forWritingAtPath: temporary ?? path) else {
            throw CommandFailure("aisle: \(path): no file can be written here; is there such a folder?")
        }
        file = opened
    }

    /// Writes a whole file.
    ///
    /// Throws `CommandFailure`.
    static func write(_ data: Data, to path: String) throws {
        let output = try OutputFile(path: path)
        defer { output.discard() }
        try output.write(data)
        try output.publish()
    }

    /// Writes what comes next.
    ///
    /// Throws `CommandFailure`, of a full disk for one.
    func write(_ data: Data) throws { try step { try file.write(contentsOf: data) } }

    /// Makes the file appear under its name, synced.
    func publish() throws {
        guard path != nil else { return }
        try step {
            if let temporary {
                try file.synchronize()
                try file.close()
                guard rename(temporary, target) == 0 else { throw CocoaError(.fileWriteUnknown) }
            } else {
                try file.close()
            }
        }
        isPublished = true
    }

    /// Removes what was written, unless it was published.
    func discard() {
        if let temporary, !isPublished { try? FileManager.default.removeItem(atPath: temporary) }
    }

    private func step(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch {
            let name = path ?? "standard output"
            throw CommandFailure("aisle: \(name) cannot be written (\(error.localizedDescription))")
        }
    }
}
