internal import Foundation
internal import Synchronization

/// A file while it arrives: `BLOB.incomplete`, hashed as it is written, and renamed to `BLOB` only when it is right.
final class BlobFile: Sendable {
    private struct State {
        var offset: Int64 = 0
        var hasher: ContentHasher
    }

    private let file: HubFile
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private let state: Mutex<State>

    /// Opens what arrived before, or an empty file.
    ///
    /// - Parameters:
    ///   - file: What is to arrive.
    ///   - path: Where it will be.
    /// - Throws: `HubError.system`.
    init(_ file: HubFile, path: String) throws {
        partial = "\(path).incomplete"
        descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw HubError.system(path: partial, code: errno, doing: "open") }
        self.file = file
        self.path = path
        state = Mutex(State(hasher: ContentHasher(file.hash, size: file.size)))
        try takeUp()
    }

    deinit {
        close(descriptor)
    }

    /// Bytes that have arrived.
    var offset: Int64 { state.withLock { $0.offset } }
    var isComplete: Bool { offset == file.size }

    /// Hashes what arrived before; a file that is too long is begun anew.
    private func takeUp() throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw system("read") }
        guard status.st_size <= file.size else {
            _ = try restart()
            return
        }
        try state.withLock { state in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
            defer { buffer.deallocate() }
            while state.offset < status.st_size {
                let wanted = min(buffer.count, Int(status.st_size) - Int(state.offset))
                let count = pread(descriptor, buffer.baseAddress, wanted, off_t(state.offset))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw system("read") }
                state.hasher.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                state.offset += Int64(count)
            }
        }
    }

    /// The hash of a file that is there.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - hash: What kind of hash.
    ///   - size: The file's size in bytes, with which some hashes begin.
    /// - Returns: Hexadecimal digits.
    /// - Throws: `HubError.system`, `CancellationError`.
    static func digits(of path: String, as hash: ContentHash, size: Int64) throws -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw HubError.system(path: path, code: errno, doing: "open") }
        defer { close(descriptor) }
        var hasher = ContentHasher(hash, size: size)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            try Task.checkCancellation()
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw HubError.system(path: path, code: errno, doing: "read") }
            if count == 0 { return hasher.digits }
            hasher.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Throws away what has arrived.
    ///
    /// - Returns: How many bytes that was.
    /// - Throws: `HubError.system`.
    func restart() throws -> Int64 {
        try state.withLock { state in
            guard ftruncate(descriptor, 0) == 0 else { throw system("write") }
            defer { state = State(hasher: ContentHasher(file.hash, size: file.size)) }
            return state.offset
        }
    }

    /// Writes what comes next.
    ///
    /// - Throws: `HubError.wrongSize`, `.diskFull`, `.system`.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            guard Int64(bytes.count) <= file.size - state.offset else {
                throw HubError.wrongSize(file: file.name, expected: file.size)
            }
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = pwrite(descriptor, part.baseAddress, part.count, off_t(state.offset))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw system("write", missing: file.size - state.offset) }
                state.hasher.add(UnsafeRawBufferPointer(rebasing: part[..<count]))
                state.offset += Int64(count)
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Compares the hash and gives the file its name, once its bytes are safe on disk.
    ///
    /// - Throws: `HubError.wrongContent` after the bytes were thrown away, `.system`.
    func finish() throws {
        let digits = state.withLock { $0.hasher.digits }
        if let expected = file.hash?.digits, let digits, digits != expected {
            _ = try restart()
            throw HubError.wrongContent(file: file.name, expected: expected, actual: digits)
        }
        guard fsync(descriptor) == 0 else { throw system("write", missing: 0) }
        guard rename(partial, path) == 0 else { throw system("rename") }
    }

    /// Removes the unfinished file.
    func discard() {
        unlink(partial)
    }

    private func system(_ doing: String, missing: Int64 = 0) -> HubError {
        let code = errno
        guard code == ENOSPC || code == EDQUOT else { return .system(path: partial, code: code, doing: doing) }
        let folder = (path as NSString).deletingLastPathComponent
        return .diskFull(folder: folder, needed: missing, available: DiskSpace.available(folder) ?? 0)
    }
}

/// Room on a disk.
enum DiskSpace {
    /// Bytes that may be written in a folder; nil where nobody knows.
    static func available(_ folder: String) -> Int64? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int64(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        )
    }
}
