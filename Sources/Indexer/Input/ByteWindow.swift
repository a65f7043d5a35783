import Glibc

/// A sliding view of a byte stream: records are parsed in place, what was consumed is forgotten.
final class ByteWindow {
    private let source: any ByteSource
    private let chunkSize: Int
    private var storage: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    /// Whether the stream has ended; what is in the window then is all there is.
    private(set) var atEnd = false
    /// Bytes consumed so far.
    private(set) var offset = 0

    init(_ source: any ByteSource, chunkSize: Int) {
        self.source = source
        self.chunkSize = max(1, chunkSize)
        capacity = max(64, 2 * chunkSize)
        storage = .allocate(capacity: capacity)
    }

    deinit {
        storage.deallocate()
    }

    /// Bytes in the window.
    var count: Int { end - start }

    /// The window's first byte; valid until the next `fill`.
    var base: UnsafePointer<UInt8> { UnsafePointer(storage + start) }

    /// Everything in the window; valid until the next `fill`.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    /// Where a byte is first found at or behind `from`.
    func firstIndex(of byte: UInt8, from: Int) -> Int? {
        guard from < count, let found = memchr(base + from, Int32(byte), count - from) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// How many line feeds the first `length` bytes have.
    func lineFeeds(in length: Int) -> Int {
        var lines = 0
        var from = 0
        while from < length, let found = memchr(base + from, 10, length - from) {
            lines += 1
            from = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
        }
        return lines
    }

    /// Forgets the first `count` bytes.
    func consume(_ count: Int) {
        start += count
        offset += count
    }

    /// Reads on after a record turned out to be incomplete; false when nothing more comes.
    ///
    /// Asks for as much again as there is, so that parsing a long record anew after each call stays linear.
    func fillMore() throws -> Bool {
        let before = count
        try fill(toAtLeast: before + min(max(before, 1), chunkSize))
        return count > before
    }

    /// Reads until `wanted` bytes are there or the stream ends.
    func fill(toAtLeast wanted: Int) throws {
        while count < wanted, !atEnd {
            makeRoom()
            let space = UnsafeMutableRawBufferPointer(start: storage + end, count: min(capacity - end, chunkSize))
            let got = try source.read(into: space)
            end += got
            atEnd = got == 0
        }
    }

    private func makeRoom() {
        guard capacity - end < chunkSize else { return }
        if start > 0 {
            memmove(storage, storage + start, end - start)
            end -= start
            start = 0
        }
        guard capacity - end < chunkSize else { return }
        let larger = max(2 * capacity, end + chunkSize)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        grown.update(from: storage, count: end)
        storage.deallocate()
        storage = grown
        capacity = larger
    }
}
