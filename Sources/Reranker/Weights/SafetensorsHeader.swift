/// What a safetensors file says about itself: where each tensor lies, and of which type and shape it is.
///
/// The format (safetensors 0.4 and later, "Format" in its documentation): 8 bytes little-endian length N of the header,
/// N bytes of JSON that begin with `{` and may end in spaces, then the tensors' bytes without holes or overlaps.
struct SafetensorsHeader: Sendable, Equatable {
    /// One tensor.
    struct Entry: Sendable, Equatable {
        var name: String
        var dtype: TensorDataType
        var shape: [Int]
        /// Bytes, counted from the start of the file.
        var byteRange: Range<Int>
    }

    /// All tensors, in the order of their bytes.
    private(set) var entries: [Entry] = []
    /// The `__metadata__` strings, such as `format: pt`.
    private(set) var metadata: [String: String] = [:]

    /// Bytes of the longest header that is read, as in the reference implementation.
    static let lengthLimit = 100_000_000
    /// Bytes of the length in front.
    private static let lengthSize = 8

    /// Reads the header of a whole file.
    ///
    /// - Throws: `SafetensorsProblem`.
    init(file: UnsafeRawBufferPointer) throws(SafetensorsProblem) {
        guard file.count >= Self.lengthSize else { throw .tooShort(bytes: file.count) }
        let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(Self.lengthLimit) else { throw .headerTooLong(bytes: length) }
        let dataStart = Self.lengthSize + Int(length)
        guard dataStart <= file.count else {
            throw .truncated(expected: dataStart, actual: file.count)
        }
        var reader = HeaderReader(UnsafeRawBufferPointer(rebasing: file[Self.lengthSize..<dataStart]))
        try read(&reader, dataStart: dataStart, fileSize: file.count)
        try checkCoverage(from: dataStart, to: file.count)
    }

    private mutating func read(
        _ reader: inout HeaderReader,
        dataStart: Int,
        fileSize: Int
    ) throws(SafetensorsProblem) {
        var names = Set<String>()
        try reader.object(isOutermost: true) { reader, name throws(SafetensorsProblem) in
            guard names.insert(name).inserted else { throw .duplicateName(name) }
            if name == "__metadata__" {
                try self.readMetadata(&reader)
            } else {
                self.entries.append(
                    try Self.entry(named: name, &reader, dataStart: dataStart, fileSize: fileSize)
                )
            }
        }
        try reader.end()
    }

    private mutating func readMetadata(_ reader: inout HeaderReader) throws(SafetensorsProblem) {
        try reader.object { reader, key throws(SafetensorsProblem) in
            let value = try reader.string()
            guard self.metadata.updateValue(value, forKey: key) == nil else { throw .duplicateName(key) }
        }
    }

    private static func entry(
        named name: String,
        _ reader: inout HeaderReader,
        dataStart: Int,
        fileSize: Int
    ) throws(SafetensorsProblem) -> Entry {
        var (dtype, shape, offsets): (String?, [Int]?, [Int]?)
        try reader.object { reader, key throws(SafetensorsProblem) in
            switch key {
            case "dtype" where dtype == nil: dtype = try reader.string()
            case "shape" where shape == nil: shape = try reader.integers()
            case "data_offsets" where offsets == nil: offsets = try reader.integers()
            default: throw .badField(tensor: name, field: key)
            }
        }
        guard let dtype else { throw .missingField(tensor: name, field: "dtype") }
        guard let shape else { throw .missingField(tensor: name, field: "shape") }
        guard let offsets else { throw .missingField(tensor: name, field: "data_offsets") }
        guard let type = TensorDataType(rawValue: dtype) else { throw .unknownType(tensor: name, type: dtype) }
        guard offsets.count == 2, offsets[0] <= offsets[1] else {
            throw .badOffsets(tensor: name, offsets: offsets)
        }
        guard offsets[1] <= fileSize - dataStart else {
            let (end, overflow) = dataStart.addingReportingOverflow(offsets[1])
            throw .truncated(expected: overflow ? .max : end, actual: fileSize)
        }
        guard byteCount(shape, type) == offsets[1] - offsets[0] else {
            throw .sizeMismatch(tensor: name, type: type, shape: shape, bytes: offsets[1] - offsets[0])
        }
        return Entry(name: name, dtype: type, shape: shape, byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    /// Bytes of a tensor, nil when they are too many for an integer.
    private static func byteCount(_ shape: [Int], _ type: TensorDataType) -> Int? {
        var count = 1
        for dimension in shape + [type.size] {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    /// Every byte of the data belongs to one tensor.
    private mutating func checkCoverage(from start: Int, to end: Int) throws(SafetensorsProblem) {
        entries.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        var place = start
        for entry in entries {
            guard entry.byteRange.lowerBound == place else {
                throw .notContiguous(tensor: entry.name, expected: place, actual: entry.byteRange.lowerBound)
            }
            place = entry.byteRange.upperBound
        }
        guard place == end else { throw .extraBytes(count: end - place) }
    }
}
