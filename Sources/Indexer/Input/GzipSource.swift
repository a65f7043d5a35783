import CZlib

/// Decompresses gzip, one member after the other (RFC 1952 section 2.2).
final class GzipSource: ByteSource {
    private let name: String
    private let compressed: any ByteSource
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 16)
    /// zlib keeps a pointer back to its stream, so the stream must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    /// Compressed bytes taken from the source.
    private var consumed = 0
    private var betweenMembers = false
    private var finished = false

    init(_ compressed: any ByteSource, name: String) throws {
        self.compressed = compressed
        self.name = name
        stream.initialize(to: z_stream())
        // 15 window bits, + 16 for the gzip wrapper.
        let code = inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard code == Z_OK else { throw DumpError.damagedGzip(file: name, offset: 0, detail: "zlib code \(code)") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while !finished, !buffer.isEmpty {
            if stream.pointee.avail_in == 0, try !refill() { break }
            if betweenMembers, !startMember() { continue }
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: buffer.count)
            let room = stream.pointee.avail_out
            let code = inflate(stream, Z_NO_FLUSH)
            let produced = Int(room - stream.pointee.avail_out)
            switch code {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: betweenMembers = true
            default:
                let detail = stream.pointee.msg.map { String(cString: $0) } ?? "zlib code \(code)"
                throw DumpError.damagedGzip(
                    file: name,
                    offset: consumed - Int(stream.pointee.avail_in),
                    detail: detail
                )
            }
            if produced > 0 { return produced }
        }
        return 0
    }

    /// Takes the next compressed bytes; false at the orderly end.
    private func refill() throws -> Bool {
        let got = try compressed.read(into: input)
        guard got > 0 else {
            finished = true
            guard betweenMembers else { throw DumpError.truncatedGzip(file: name, offset: consumed) }
            return false
        }
        consumed += got
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(got)
        return true
    }

    /// Begins another member, or skips padding and trailing garbage as gzip(1) does; true when one begins.
    private func startMember() -> Bool {
        while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
            stream.pointee.next_in += 1
            stream.pointee.avail_in -= 1
        }
        guard stream.pointee.avail_in > 0 else { return false }
        guard stream.pointee.next_in.pointee == 0x1f else {
            finished = true
            return false
        }
        inflateReset(stream)
        betweenMembers = false
        return true
    }
}
