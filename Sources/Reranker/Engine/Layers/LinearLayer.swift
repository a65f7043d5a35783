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
    /// Which outputs; the others are left as they are.
    var blocks: Range<Int>
    /// Where they go.
    var output: Output

    enum Output {
        /// Written to a matrix, or added to it.
        case matrix(FloatMatrix, accumulate: Bool)
        /// Handed over some blocks at a time, while they are in the caches of the thread that computed them.
        case tiles(blocksPerTile: Int, (Tile) -> Void)
    }

    /// Some blocks of outputs, of all rows.
    struct Tile {
        /// Which.
        var blocks: Range<Int>
        /// The first row.
        var data: UnsafeMutablePointer<Float>
        /// The distance of two rows.
        var stride: Int
    }

    /// Runs `body` for each block on all threads, with the place for its 64 columns.
    ///
    /// The body gets the block, the place, the distance of its rows, and whether to add. It writes `rows` rows.
    func forEachBlock(
        in workspace: Workspace,
        _ body: (_ block: Int, _ worker: Int, _ place: UnsafeMutablePointer<Float>, _ stride: Int, _ adds: Bool) -> Void
    ) {
        let width = Int(AISLE_BLOCK)
        switch output {
        case .matrix(let matrix, let accumulate):
            workspace.team.run(blocks.count) { index, worker in
                let block = blocks.lowerBound + index
                body(block, worker, matrix.data + block * width, matrix.stride, accumulate)
            }
        case .tiles(let some, let finish):
            let first = blocks.lowerBound / some, end = (blocks.upperBound + some - 1) / some
            workspace.team.run(end - first) { index, worker in
                let whole = (first + index) * some..<(first + index + 1) * some
                let tile = Tile(
                    blocks: whole.clamped(to: blocks),
                    data: workspace.tile(worker, width: some * width),
                    stride: some * width
                )
                for block in tile.blocks {
                    body(block, worker, tile.data + (block - tile.blocks.lowerBound) * width, tile.stride, false)
                }
                finish(tile)
            }
        }
    }
}
