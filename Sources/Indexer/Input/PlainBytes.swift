public import Foundation

/// The bytes of a file, a pipe or standard input ("-"), decompressed where they are gzip's.
///
/// Not thread-safe: read from one thread at a time.
public final class PlainBytes {
    private let source: any ByteSource
    private static let chunk = 1 << 20

    /// Opens it and looks at its first bytes.
    ///
    /// - Throws: `DumpError` when it does not exist, is a folder, is empty or cannot be opened.
    public init(path: String) throws {
        let raw = try FileSource(path: path, chunkSize: Self.chunk)
        let head = try raw.readHead(FileKind.gzipMagic.count)
        let whole = HeadedSource(head: head, rest: raw)
        source = head == FileKind.gzipMagic ? try GzipSource(whole, name: path) : whole
    }

    /// Some bytes more, of a pipe what is there; nil at the end.
    ///
    /// - Throws: `DumpError`, also for damaged gzip data and such that end in the middle.
    public func next() throws -> Data? {
        var bytes = Data(count: Self.chunk)
        let count = try bytes.withUnsafeMutableBytes { try source.read(into: $0) }
        return count == 0 ? nil : bytes.prefix(count)
    }
}
