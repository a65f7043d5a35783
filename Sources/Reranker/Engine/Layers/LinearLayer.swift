internal import CKernels

/// A matrix product `y = W x` for many rows at once; its weights never change.
protocol LinearLayer {
    /// Blocks of 64 outputs, or of 32 where the layer is gated.
    var blockCount: Int { get }

    /// Brings rows into the form this layer multiplies, in room that `workspace` keeps.
    ///
    /// Calls for different parts may run at the same time. Exact rows deserve more exactness than speed.
    func prepare(_ input: FloatMatrix, rows part: Range<Int>, isExact: Bool, in workspace: Workspace)

    /// Multiplies the rows that were prepared in the same workspace.
    func multiply(_ product: LinearProduct, in workspace: Workspace)
}

extension LinearLayer {
    /// All outputs.
    var blocks: Range<Int> { 0..<blockCount }
}

/// What a linear layer is to multiply.
struct LinearProduct {
    /// What was prepared.
    var input: FloatMatrix
    /// How many of its rows.
    var rows: Int
    /// What `prepare` was told.
    var isExact: Bool
    /// Which outputs; the others are left as they are.
    var blocks: Range<Int>
    /// Where they are written, or added to.
    var output: FloatMatrix
    var accumulate: Bool
}

extension LinearProduct {
    /// Runs `body` for each block on all threads, with the place for its 64 columns; gated blocks become 32 outputs.
    ///
    /// The body gets the block, the place, the distance of its rows, and whether to add. It writes `rows` rows.
    func forEachBlock(
        isGated: Bool,
        in workspace: Workspace,
        _ body: (_ block: Int, _ worker: Int, _ place: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool) -> Void
    ) {
        let width = Int(AISLE_BLOCK)
        workspace.team.run(blocks.count) { index, worker in
            let block = blocks.lowerBound + index
            guard isGated else {
                body(block, worker, output.data + block * width, output.stride, accumulate)
                return
            }
            let tile = workspace.tile(worker)
            body(block, worker, tile, width, false)
            aisle_swiglu(workspace.cpu, rows, tile, width, output.data + block * (width / 2), output.stride)
        }
    }
}
