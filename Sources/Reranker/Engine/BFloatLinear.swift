internal import CKernels

/// A linear layer in bf16 with 32-bit sums, for processors that multiply bf16: inputs and weights are rounded to bf16.
///
/// As in `FloatLinear`, blocks are packed from the checkpoint when they are used.
struct BFloatLinear: LinearLayer {
    let weights: WeightBlocks

    var inputs: Int { weights.inputs }
    var outputs: Int { weights.outputs }
    var blockCount: Int { weights.count }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, in workspace: Workspace) {
        for row in part {
            let target = workspace.bf16 + row * workspace.bf16Stride
            aisle_round_bf16(workspace.cpu, input.row(row), inputs, target)
            // Products take pairs: an odd width needs a zero after it.
            if inputs % 2 == 1 { target[inputs] = 0 }
        }
    }

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
            let (tile, stride) = weights.isGated ? (workspace.tile(worker), block) : (output.data + target * block, output.stride)
            let panel = UnsafeMutableRawPointer(workspace.panel(worker)).assumingMemoryBound(to: UInt16.self)
            for first in Swift.stride(from: 0, to: inputs, by: Workspace.panelDepth) {
                let count = min(Workspace.panelDepth, inputs - first)
                weights.withRows(target) { aisle_pack_bf16(cpu, weights.dtype, $0, first, count, panel) }
                let adds = first > 0 || (accumulate && !weights.isGated)
                aisle_matmul_bf16(
                    rows,
                    count,
                    workspace.bf16 + first,
                    workspace.bf16Stride,
                    panel,
                    tile,
                    stride,
                    adds ? 1 : 0
                )
            }
            if weights.isGated {
                aisle_swiglu(cpu, rows, tile, stride, output.data + target * (block / 2), output.stride)
            }
        }
    }
}
