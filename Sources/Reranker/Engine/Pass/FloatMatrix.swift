internal import CKernels

/// Rows of 32-bit floats so far apart that products may write whole blocks.
final class FloatMatrix {
    /// Rows there is room for.
    let rows: Int
    /// Numbers of a row that mean something.
    let width: Int
    /// Distance of two rows: `width` rounded up to a block, and a cache line more, as rows a power of two apart would share
    /// a few sets of the caches.
    let stride: Int
    let data: UnsafeMutablePointer<Float>
    /// Whose memory this is, when it is not this object's.
    private let whole: FloatMatrix?

    /// A matrix of zeros.
    init(rows: Int, width: Int) {
        self.rows = rows
        self.width = width
        stride = width.roundedUp(to: Int(AISLE_BLOCK)) + 16
        data = allocateZeros(rows * stride)
        whole = nil
    }

    /// Some rows of another matrix, in its memory.
    private init(_ rows: Range<Int>, of whole: FloatMatrix) {
        self.rows = rows.count
        width = whole.width
        stride = whole.stride
        data = whole.row(rows.lowerBound)
        self.whole = whole
    }

    deinit {
        if whole == nil { data.deallocate() }
    }

    /// Some of the rows, as a matrix that shares their memory.
    func slice(_ rows: Range<Int>) -> FloatMatrix { FloatMatrix(rows, of: self) }

    /// The beginning of a row.
    func row(_ index: Int) -> UnsafeMutablePointer<Float> { data + index * stride }
}

/// Numbers of `Element`, all zero bits, on the boundary of a cache line; the caller deallocates them.
func allocateZeros<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return memory.bindMemory(to: Element.self, capacity: count)
}

extension Int {
    /// The smallest multiple of `step` that is not below this number.
    func roundedUp(to step: Int) -> Int { (self + step - 1) / step * step }
}
