import Glibc

/// Converts another encoding to UTF-8 with iconv(3); what cannot be converted becomes U+FFFD.
final class TranscodingSource: ByteSource {
    private let source: any ByteSource
    private let converter: iconv_t
    private let unit: Int
    private let input = UnsafeMutablePointer<CChar>.allocate(capacity: inputSize)
    private var start = 0
    private var end = 0
    private var atEnd = false
    /// Malformed sequences replaced so far.
    private(set) var replacements = 0

    private static let inputSize = 64 << 10

    /// - Throws: `DumpError.unsupportedEncoding` where the system's iconv lacks the encoding.
    init(_ source: any ByteSource, from encoding: TextEncoding) throws {
        self.source = source
        let opened = iconv_open("UTF-8", encoding.iconvName)
        guard let opened, Int(bitPattern: opened) != -1 else { throw DumpError.unsupportedEncoding(encoding.rawValue) }
        converter = opened
        unit = encoding == .utf16LittleEndian || encoding == .utf16BigEndian ? 2 : 1
    }

    deinit {
        iconv_close(converter)
        input.deallocate()
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        // A replacement takes three bytes and must always fit.
        guard buffer.count >= 8, let base = buffer.baseAddress else { return try readSlowly(into: buffer) }
        var output: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
        var room = buffer.count
        while room == buffer.count {
            if start == end || needsMore {
                guard try refill() else {
                    if start < end { replace(&output, &room, skipping: end - start) }
                    break
                }
            }
            convert(&output, &room)
        }
        return buffer.count - room
    }

    private var needsMore = false
    private var spill: [UInt8] = []

    /// Serves callers with tiny buffers (only tests have them).
    private func readSlowly(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if spill.isEmpty {
            spill = [UInt8](repeating: 0, count: 64)
            let got = try spill.withUnsafeMutableBytes { try read(into: $0) }
            spill.removeSubrange(got...)
        }
        let count = min(spill.count, buffer.count)
        buffer.copyBytes(from: spill[..<count])
        spill.removeFirst(count)
        return count
    }

    private func convert(_ output: inout UnsafeMutablePointer<CChar>?, _ room: inout Int) {
        while start < end {
            var from: UnsafeMutablePointer<CChar>? = input + start
            var left = end - start
            let code = iconv(converter, &from, &left, &output, &room)
            let failure = errno
            start = end - left
            guard code == -1 else { continue }
            switch failure {
            case EILSEQ where room >= 3: replace(&output, &room, skipping: min(unit, end - start))
            case EINVAL:
                needsMore = true
                return
            default: return
            }
        }
    }

    private func replace(_ output: inout UnsafeMutablePointer<CChar>?, _ room: inout Int, skipping count: Int) {
        for byte in [0xef, 0xbf, 0xbd] as [UInt8] {
            output?.pointee = CChar(bitPattern: byte)
            output = output.map { $0 + 1 }
        }
        room -= 3
        start += count
        replacements += 1
    }

    /// Moves the incomplete rest to the front and reads on; false at the end.
    private func refill() throws -> Bool {
        needsMore = false
        if start > 0 {
            memmove(input, input + start, end - start)
            end -= start
            start = 0
        }
        let space = UnsafeMutableRawBufferPointer(start: input + end, count: Self.inputSize - end)
        let got = try source.read(into: space)
        end += got
        return got > 0
    }
}

extension TextEncoding {
    /// What glibc calls it.
    fileprivate var iconvName: String {
        switch self {
        case .utf8: "UTF-8"
        case .utf16LittleEndian: "UTF-16LE"
        case .utf16BigEndian: "UTF-16BE"
        case .windows1252: "CP1252"
        case .latin1: "ISO-8859-1"
        case .windows1250: "CP1250"
        case .windows1251: "CP1251"
        case .koi8r: "KOI8-R"
        case .gb18030: "GB18030"
        case .big5: "BIG5-HKSCS"
        case .shiftJIS: "CP932"
        case .eucKR: "CP949"
        }
    }
}
