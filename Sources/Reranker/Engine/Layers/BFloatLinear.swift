internal import CKernels

/// A linear layer in bf16 with 32-bit sums, for processors that multiply bf16: inputs and weights are rounded to bf16.
///
/// As in `FloatLinear`, blocks are packed from the checkpoint when they are used.
struct BFloatLinear: LinearLayer {
    let weights: WeightBlocks

    private var inputs: Int { weights.inputs }
    var blockCount: Int { weights.count }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, isExact: Bool, in workspace: Workspace) {
        for row in part {
            let target = workspace.bf16 + row * workspace.bf16Stride
            aisle_round_bf16(workspace.cpu, input.row(row), inputs, target)
            // Products take pairs: an odd width needs a zero after it.
            if inputs % 2 == 1 { target[inputs] = 0 }
        }
    }

    func multiply(_ product: LinearProduct, in workspace: Workspace) {
        let cpu = workspace.cpu
        product.forEachBlock(in: workspace) { block, worker, place, stride, adds in
            let panel = UnsafeMutableRawPointer(workspace.panel(worker)).assumingMemoryBound(to: UInt16.self)
            for first in Swift.stride(from: 0, to: inputs, by: Workspace.panelDepth) {
                let count = min(Workspace.panelDepth, inputs - first)
                weights.withRows(block) { aisle_pack_bf16(cpu, weights.dtype, $0, first, count, panel) }
                aisle_matmul_bf16(
                    product.rows,
                    count,
                    workspace.bf16 + first,
                    workspace.bf16Stride,
                    panel,
                    place,
                    stride,
                    adds || first > 0 ? 1 : 0
                )
            }
        }
    }
}
