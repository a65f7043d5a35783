/// A safetensors file, mapped read-only: nothing is read from disk but the header until a tensor is touched.
///
/// Every length, offset, shape and type is checked when the file is opened, so views never reach outside it. The file
/// must not be shortened afterwards; see `MemoryRegion`.
package struct SafetensorsFile: Sendable {
    /// Where the file is.
    package let path: String
    /// The `__metadata__` strings, such as `format: pt`.
    package let metadata: [String: String]
    /// Bytes of the length and the header in front of the tensors.
    package let headerSize: Int
    private let region: MemoryRegion
    private let entries: [SafetensorsHeader.Entry]
    private let places: [String: Int]

    /// Maps a file and reads its header.
    ///
    /// - Throws: `WeightsError.system`, `.emptyFile`, `.gitPointer`, `.badSafetensors`.
    package init(path: String) throws {
        let region = try MemoryRegion(mapping: path)
        let header = try region.withUnsafeBytes(in: 0..<region.count) { bytes in
            guard !GitPointer.matches(bytes) else { throw WeightsError.gitPointer(path: path) }
            do throws(SafetensorsProblem) {
                return try SafetensorsHeader(file: bytes)
            } catch {
                throw WeightsError.badSafetensors(path: path, problem: error)
            }
        }
        self.path = path
        self.region = region
        metadata = header.metadata
        entries = header.entries
        headerSize = header.entries.first?.byteRange.lowerBound ?? region.count
        places = Dictionary(uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
    }

    /// The tensors' names, in the order of their bytes.
    package var names: [String] { entries.map(\.name) }
    /// Where each tensor's bytes are, in their order.
    package var byteRanges: [Range<Int>] { entries.map(\.byteRange) }
    /// Bytes of the whole file.
    package var size: Int { region.count }

    /// A tensor, nil when the file has none of that name.
    package func tensor(named name: String) -> TensorView? {
        guard let entry = places[name].map({ entries[$0] }) else { return nil }
        return TensorView(
            name: entry.name,
            dtype: entry.dtype,
            shape: entry.shape,
            owner: region,
            byteRange: entry.byteRange
        )
    }

    /// The type and shape of a tensor, without touching it.
    package func form(of name: String) -> (dtype: TensorDataType, shape: [Int])? {
        places[name].map { (entries[$0].dtype, entries[$0].shape) }
    }

    /// Lends bytes of the file for the time of a call; `range` lies inside 0..<`size`.
    package func withUnsafeBytes<Result>(
        in range: Range<Int>,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try region.withUnsafeBytes(in: range, body)
    }
}
