internal import CKernels

/// A linear layer in 32-bit floats, straight from the checkpoint: each block is widened (exactly) and packed when it is
/// used, which costs a few percent for hundreds of rows and saves a second copy of the weights.
struct FloatLinear: LinearLayer {
    let weights: WeightBlocks

    var inputs: Int { weights.inputs }
    var outputs: Int { weights.outputs }
    var blockCount: Int { weights.count }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, in workspace: Workspace) {}

    func multiply(
        _ input: FloatMatrix,
        rows: Int,
        blocks: Range<Int>,
        into output: FloatMatrix,
        accumulate: Bool,
        workspace: Workspace
    ) {
        let cpu = workspace.cpu, block = Int(AISLE_BLOCK)
        workspace.team.run(blocks.count) { index, worker in
            let target = blocks.lowerBound + index
            let panel = workspace.panel(worker)
            let (tile, stride) = weights.isGated ? (workspace.tile(worker), block) : (output.data + target * block, output.stride)
            for first in Swift.stride(from: 0, to: inputs, by: Workspace.panelDepth) {
                let count = min(Workspace.panelDepth, inputs - first)
                weights.withRows(target) { aisle_pack_float(cpu, weights.dtype, $0, first, count, panel) }
                let panels = aisle_panels(data: panel, panel_stride: count * Int(AISLE_PANEL), row_stride: Int(AISLE_PANEL))
                let adds = first > 0 || (accumulate && !weights.isGated)
                aisle_matmul(cpu, rows, block, count, input.data + first, input.stride, panels, tile, stride, adds ? 1 : 0)
            }
            if weights.isGated {
                aisle_swiglu(cpu, rows, tile, stride, output.data + target * (block / 2), output.stride)
            }
        }
    }
}
