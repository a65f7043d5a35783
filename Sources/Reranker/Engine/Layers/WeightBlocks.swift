internal import CKernels

/// Where the rows (outputs) of a linear layer lie in the checkpoint, sixty-four at a time.
///
/// Several tensors that take the same input become one layer: their rows follow each other, or, for a gated MLP, each
/// block is 32 rows of the gate and the same 32 of the other.
struct WeightBlocks {
    /// Numbers of an input.
    let inputs: Int
    let dtype: aisle_dtype
    /// A pointer for each row, nil for padding.
    private let rows: [UnsafeRawPointer?]
    /// What keeps `rows` valid.
    private let tensors: [TensorView]

    /// Rows of several tensors one after the other, each `[out, inputs]`.
    init(joining tensors: [TensorView]) throws {
        var rows: [UnsafeRawPointer?] = []
        for tensor in tensors { rows += Self.rows(of: tensor) }
        let padding = rows.count.roundedUp(to: Int(AISLE_BLOCK)) - rows.count
        rows += Array(repeating: nil, count: padding)
        self.rows = rows
        inputs = tensors[0].shape[1]
        dtype = try Self.dtype(of: tensors)
        self.tensors = tensors
    }

    /// Gate and up of an MLP, each `[out, inputs]`.
    init(gate: TensorView, up: TensorView) throws {
        let half = Int(AISLE_BLOCK) / 2
        let gates = Self.rows(of: gate), ups = Self.rows(of: up)
        var rows: [UnsafeRawPointer?] = []
        for begin in stride(from: 0, to: gates.count, by: half) {
            for source in [gates, ups] {
                let some = source[begin..<min(begin + half, source.count)]
                rows += some
                rows += Array(repeating: nil, count: half - some.count)
            }
        }
        self.rows = rows
        inputs = gate.shape[1]
        tensors = [gate, up]
        dtype = try Self.dtype(of: tensors)
    }

    /// Blocks of 64 rows.
    var count: Int { rows.count / Int(AISLE_BLOCK) }

    /// Lends the 64 row pointers of a block.
    func withRows<Result>(_ block: Int, _ body: (UnsafePointer<UnsafeRawPointer?>) -> Result) -> Result? {
        rows.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { body($0 + block * Int(AISLE_BLOCK)) }
        }
    }

    /// Tells the system that the checkpoint's bytes are not needed for now.
    func discardPages() {
        for tensor in tensors { tensor.discardPages() }
    }

    private static func rows(of tensor: TensorView) -> [UnsafeRawPointer?] {
        let bytes = tensor.shape[1] * tensor.dtype.size
        // The pointers outlive the call: `tensors` keeps what they point into.
        return tensor.withUnsafeBytes { buffer in
            (0..<tensor.shape[0]).map { row in buffer.baseAddress.map { $0 + row * bytes } }
        }
    }

    private static func dtype(of tensors: [TensorView]) throws -> aisle_dtype {
        let kinds = Set(tensors.map(\.dtype))
        guard kinds.count == 1, let kind = kinds.first, let dtype = aisle_dtype(kind) else {
            throw EngineError.mixedTypes(tensors.map(\.name))
        }
        return dtype
    }
}

extension aisle_dtype {
    /// The kernels' name of a floating-point type; nil for others.
    init?(_ type: TensorDataType) {
        switch type {
        case .bf16: self = AISLE_BF16
        case .f16: self = AISLE_F16
        case .f32: self = AISLE_F32
        case .i8, .u8: return nil
        }
    }
}
