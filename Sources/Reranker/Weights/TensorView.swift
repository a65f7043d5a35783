/// One tensor of a model: its name, type and shape, and its bytes where the file is mapped.
///
/// Elements are little-endian, in row-major order, and the first one is aligned to its own size: a tensor that lies
/// askew in its file is copied when it is looked up. A view keeps the mapping it lies in alive.
package struct TensorView: Sendable {
    /// The checkpoint's name: `model.layers.0.self_attn.q_proj.weight`.
    package let name: String
    /// The type of the elements.
    package let dtype: TensorDataType
    /// Elements in each dimension, the slowest first: `[out, in]` for a matrix, nothing for a scalar.
    package let shape: [Int]
    /// What holds the bytes.
    package let owner: MemoryRegion
    /// Where in `owner` the bytes are.
    package let byteRange: Range<Int>

    /// A view of some bytes of a region.
    ///
    /// `byteRange` lies inside the region and spans the product of `shape` times the element's size in bytes; the
    /// header parser has checked that.
    init(name: String, dtype: TensorDataType, shape: [Int], owner: MemoryRegion, byteRange: Range<Int>) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
        let isAligned = owner.withUnsafeBytes(in: byteRange) { bytes in
            UInt(bitPattern: bytes.baseAddress) % UInt(dtype.size) == 0
        }
        if isAligned {
            self.owner = owner
            self.byteRange = byteRange
        } else {
            self.owner = owner.withUnsafeBytes(in: byteRange) { MemoryRegion(copying: $0) }
            self.byteRange = 0..<byteRange.count
        }
    }

    /// Elements.
    package var count: Int { byteRange.count / dtype.size }

    /// Lends the bytes for the time of a call; the pointer must not leave it.
    ///
    /// Its address is a multiple of `dtype.size`.
    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try owner.withUnsafeBytes(in: byteRange, body)
    }

    /// All elements as 32-bit floats, exactly: for small tensors such as norms.
    package func floats() -> [Float] {
        withUnsafeBytes { bytes in
            switch dtype {
            case .bf16:
                bytes.bindMemory(to: UInt16.self).map { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
            case .f16: bytes.bindMemory(to: UInt16.self).map { Float(Float16(bitPattern: UInt16(littleEndian: $0))) }
            case .f32: bytes.bindMemory(to: UInt32.self).map { Float(bitPattern: UInt32(littleEndian: $0)) }
            case .i8: bytes.map { Float(Int8(bitPattern: $0)) }
            case .u8: bytes.map { Float($0) }
            }
        }
    }

    /// Tells the system that the bytes are not needed for now, for example after they were converted.
    package func discardPages() {
        owner.discardPages(in: byteRange)
    }
}
