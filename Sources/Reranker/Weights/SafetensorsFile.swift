/// A safetensors file, mapped read-only: nothing is read from disk but the header until a tensor is touched.
///
/// Every length, offset, shape and type is checked when the file is opened, so views never reach outside it. The file
/// must not be shortened afterwards; see `MemoryRegion`.
package struct SafetensorsFile: Sendable {
    /// Where the file is.
    package let path: String
    /// The `__metadata__` strings, such as `format: pt`.
    package let metadata: [String: String]
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
        places = Dictionary(uniqueKeysWithValues: header.entries.enumerated().map { ($1.name, $0) })
    }

    /// The tensors' names, in the order of their bytes.
    package var names: [String] { entries.map(\.name) }

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
}
