/// One value of a record: which column, and where its bytes lie.
struct FieldSlice: BitwiseCopyable {
    /// The column's place in the `ColumnTable`.
    var column: Int32
    var kind: Kind
    /// Whether the bytes lie in the record's scratch space (they were unescaped) or in the record itself.
    var isUnescaped: Bool
    var start: Int
    var count: Int

    enum Kind: UInt8, BitwiseCopyable {
        case text, number, truth
    }
}

/// One record as a reader found it: its bytes in the window and its fields.
///
/// Reused from record to record; pointers are valid until the reader is asked again.
final class RawRecord {
    /// The record's first byte.
    var base: UnsafePointer<UInt8>
    /// The record's length in bytes, line end included.
    var count = 0
    let fields = GrowingBuffer<FieldSlice>()
    let scratch = ByteScratch()
    /// 1-based line, ordinal and byte offset of the record's start.
    var line = 0
    var ordinal = 0
    var offset = 0

    /// How it hangs together with other records.
    var link: ProductLink?
    /// What stands around it in a record that holds others, too.
    var frame: Frame?

    /// Text before and behind a record; valid as long as its bytes.
    struct Frame {
        var before: UnsafeBufferPointer<UInt8>
        var after: UnsafeBufferPointer<UInt8>
    }

    private let nothing = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)

    init() {
        nothing.initialize(to: 0)
        base = UnsafePointer(nothing)
    }

    deinit {
        nothing.deallocate()
    }

    /// Forgets the fields before a new record is parsed.
    func reset() {
        fields.removeAll()
        scratch.count = 0
        link = nil
        frame = nil
    }

    /// The bytes of one of the record's fields.
    @inline(__always)
    func bytes(_ field: FieldSlice) -> UnsafeBufferPointer<UInt8> {
        let origin = field.isUnescaped ? UnsafePointer(scratch.base) : base
        return UnsafeBufferPointer(start: origin + field.start, count: field.count)
    }

    /// The bytes of a field while the record is still being cut out at `window`.
    @inline(__always)
    func bytes(_ field: FieldSlice, at window: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        let origin = field.isUnescaped ? UnsafePointer(scratch.base) : window
        return UnsafeBufferPointer(start: origin + field.start, count: field.count)
    }

    /// Notes where the record starts.
    func locate(line: Int, ordinal: Int, offset: Int) {
        self.line = line
        self.ordinal = ordinal
        self.offset = offset
    }

    /// Copies the record's bytes, for records the window cannot hold until they are passed on.
    func keep(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        reset()
        scratch.append(bytes, length)
        base = UnsafePointer(scratch.base)
        count = length
    }

    /// Makes the record a part of itself; its fields, which count from the old base, move along.
    func narrow(to start: Int, _ length: Int) {
        for index in fields.indices where !fields[index].isUnescaped { fields.base[index].start -= start }
        base += start
        count = length
    }

    /// A copy of the record as it stood in the dump, with what stands around it.
    var original: [UInt8] {
        let own = UnsafeBufferPointer(start: base, count: count)
        guard let frame else { return Array(own) }
        return Array(frame.before) + own + frame.after
    }
}

/// A byte buffer that only grows.
final class ByteScratch {
    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity = 4096
    var count = 0

    init() {
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deallocate()
    }

    /// Everything written since `count` was last 0.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        base[count] = byte
        count += 1
    }

    @inline(__always)
    func append(_ bytes: UnsafePointer<UInt8>, _ length: Int) {
        if count + length > capacity { grow(by: length) }
        (base + count).update(from: bytes, count: length)
        count += length
    }

    /// Appends a Unicode scalar as UTF-8; surrogates become U+FFFD.
    func append(scalar value: UInt32) {
        let scalar = Unicode.Scalar(value) ?? "\u{fffd}"
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { append(byte) }
    }

    private func grow(by length: Int) {
        capacity = max(2 * capacity, count + length)
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        grown.update(from: base, count: count)
        base.deallocate()
        base = grown
    }
}
