/// A stream of bytes: a file, or a file seen through decompression and conversion.
protocol ByteSource: AnyObject {
    /// Reads up to `buffer.count` bytes; 0 at the end.
    ///
    /// - Throws: `DumpError`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
    /// Reads until `count` bytes are there or the stream ends.
    func readHead(_ count: Int) throws -> [UInt8] {
        var head = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = try head.withUnsafeMutableBytes { try read(into: .init(rebasing: $0[filled...])) }
            if got == 0 { break }
            filled += got
        }
        head.removeSubrange(filled...)
        return head
    }
}

/// Bytes already taken from a stream for a look, followed by the rest of it.
final class HeadedSource: ByteSource {
    private let head: [UInt8]
    private var position: Int
    private let rest: (any ByteSource)?

    init(head: [UInt8], from start: Int = 0, rest: (any ByteSource)? = nil) {
        self.head = head
        self.position = start
        self.rest = rest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard position < head.count else { return try rest?.read(into: buffer) ?? 0 }
        let count = min(buffer.count, head.count - position)
        buffer.copyBytes(from: head[position..<position + count])
        position += count
        return count
    }
}
