import Glibc

/// A file, pipe or standard input as it lies, without decompression.
final class FileSource: ByteSource {
    private let name: String
    private let descriptor: Int32
    private let closes: Bool
    private let chunkSize: Int
    /// The file's size in bytes; nil for a pipe.
    let size: Int?
    /// Bytes read so far.
    private(set) var bytesRead = 0

    /// Opens `path`; "-" is the descriptor `standardInput`.
    ///
    /// - Throws: `DumpError` when it does not exist, is a folder, is empty or cannot be opened.
    init(path: String, chunkSize: Int, standardInput: Int32 = 0) throws {
        name = path
        self.chunkSize = max(1, chunkSize)
        if path == "-" {
            descriptor = standardInput
            closes = false
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            closes = true
        }
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw DumpError.missingFile(path) }
            throw DumpError.unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        var status = stat()
        let described = fstat(descriptor, &status) == 0
        let kind = status.st_mode & S_IFMT
        // Throwing here runs deinit only when every property is set.
        size = described && kind == S_IFREG ? Int(status.st_size) : nil
        guard described else { throw DumpError.unreadable(file: path, reason: String(cString: strerror(errno))) }
        if kind == S_IFDIR { throw DumpError.isDirectory(path) }
        if size == 0 { throw DumpError.empty(path) }
        if size != nil { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit {
        if closes, descriptor >= 0 { close(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let got = Glibc.read(descriptor, buffer.baseAddress, min(buffer.count, chunkSize))
            if got >= 0 {
                bytesRead += got
                return got
            }
            if errno != EINTR { throw DumpError.unreadable(file: name, reason: String(cString: strerror(errno))) }
        }
    }
}
