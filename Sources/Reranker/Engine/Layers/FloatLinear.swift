internal import CKernels

/// A linear layer in 32-bit floats, straight from the checkpoint: each block is widened (exactly) and packed when it is
/// used, which costs a few percent for hundreds of rows and saves a second copy of the weights.
struct FloatLinear: LinearLayer {
    let weights: WeightBlocks

    private var inputs: Int { weights.inputs }
    var blockCount: Int { weights.count }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, isExact: Bool, in workspace: Workspace) {}

    func multiply(_ product: LinearProduct, in workspace: Workspace) {
        let cpu = workspace.cpu, input = product.input, panelWidth = Int(AISLE_PANEL)
        product.forEachBlock(in: workspace) { block, worker, place, stride, adds in
            let panel = workspace.panel(worker)
            for first in Swift.stride(from: 0, to: inputs, by: Workspace.panelDepth) {
                let count = min(Workspace.panelDepth, inputs - first)
                weights.withRows(block) { aisle_pack_float(cpu, weights.dtype, $0, first, count, panel) }
                aisle_matmul(
                    cpu,
                    product.rows,
                    Int(AISLE_BLOCK),
                    count,
                    input.data + first,
                    input.stride,
                    aisle_panels(data: panel, panel_stride: count * panelWidth, row_stride: panelWidth),
                    place,
                    stride,
                    adds || first > 0 ? 1 : 0
                )
            }
        }
    }
}
