internal import CKernels

/// A linear layer in int8: weights have a scale for each output and group of inputs, quantized once; inputs have one for
/// each row and group, quantized as they come.
///
/// Three things keep it close to floats where a few channels are a hundred times the others: inputs are balanced first
/// (see `ColumnBalance`); a group whose greatest value stands out has sixteen bits, and its weights twelve; and so have all
/// groups of rows that matter to all documents, or decide one. docs/decisions tells why.
struct Int8Linear: LinearLayer {
    private let inputs: Int
    let blockCount: Int
    private let packed: Int8Blocks

    /// A group whose greatest magnitude is above this times its mean magnitude gets sixteen bits.
    static let crest: Float = 20

    /// A layer over its quantized weights.
    init(_ weights: WeightBlocks, packed: Int8Blocks) {
        inputs = weights.inputs
        blockCount = weights.count
        self.packed = packed
    }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, isExact: Bool, in workspace: Workspace) {
        withUnsafePointer(to: workspace.int8) { rows in
            aisle_quantize_rows(
                workspace.cpu,
                part.count,
                inputs,
                packed.groups,
                input.row(part.lowerBound),
                input.stride,
                packed.balance,
                isExact ? 0 : Self.crest,
                rows,
                part.lowerBound
            )
        }
    }

    func multiply(_ product: LinearProduct, in workspace: Workspace) {
        withUnsafePointer(to: workspace.int8) { rows in
            product.forEachBlock(in: workspace) { block, _, place, stride, adds in
                withUnsafePointer(to: packed.block(block)) { weights in
                    aisle_matmul_int8(
                        workspace.cpu,
                        product.rows,
                        packed.groups,
                        rows,
                        0,
                        weights,
                        place,
                        stride,
                        adds ? 1 : 0
                    )
                }
            }
        }
    }
}
