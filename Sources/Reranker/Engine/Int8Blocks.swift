internal import CKernels

/// Quantized weights of one layer in one piece of memory, as the product reads them: the balance of the inputs, then
/// scales, values and remainders of all blocks.
final class Int8Blocks {
    private let inputs: Int
    private let count: Int
    private let memory: UnsafeMutableRawPointer

    /// Groups of so many inputs.
    static func groups(inputs: Int) -> Int { inputs.roundedUp(to: Int(AISLE_GROUP)) / Int(AISLE_GROUP) }

    /// Bytes of a layer of so many inputs and blocks, a multiple of 64.
    static func bytes(inputs: Int, blocks: Int) -> Int { Layout(inputs: inputs, blocks: blocks).total }

    /// Where the parts begin.
    private struct Layout {
        let scales: Int
        let values: Int
        let remainders: Int
        let total: Int

        init(inputs: Int, blocks: Int) {
            let groups = Int8Blocks.groups(inputs: inputs), block = Int(AISLE_BLOCK)
            scales = (4 * inputs).roundedUp(to: 64)
            values = scales + 4 * blocks * groups * block
            remainders = values + blocks * groups * Int(AISLE_GROUP) * block
            total = remainders + blocks * groups * Int(AISLE_GROUP) * block / 2
        }
    }

    /// Quantizes and packs a layer's weights, on all threads.
    init(quantizing weights: WeightBlocks, workspace: Workspace) {
        inputs = weights.inputs
        count = weights.count
        let bytes = Self.bytes(inputs: inputs, blocks: count)
        memory = UnsafeMutableRawPointer(allocateZeros(bytes) as UnsafeMutablePointer<UInt8>)
        let balance = ColumnBalance(weights, workspace: workspace)
        memory.assumingMemoryBound(to: Float.self).update(from: balance.sizes, count: inputs)
        let groups = Self.groups(inputs: inputs)
        workspace.team.run(count) { index, _ in
            weights.withRows(index) { rows in
                withUnsafePointer(to: block(index)) { target in
                    aisle_quantize_block(
                        workspace.cpu, weights.dtype, rows, inputs, groups, balance.reciprocals, target)
                }
            }
        }
        weights.discardPages()
    }

    deinit {
        memory.deallocate()
    }

    /// What each input is multiplied by before it is quantized.
    var balance: UnsafePointer<Float> { UnsafePointer(memory.assumingMemoryBound(to: Float.self)) }

    /// Where a block's parts are.
    func block(_ index: Int) -> aisle_int8_block {
        let layout = Layout(inputs: inputs, blocks: count)
        let numbers = Self.groups(inputs: inputs) * Int(AISLE_GROUP) * Int(AISLE_BLOCK)
        let scales = Self.groups(inputs: inputs) * Int(AISLE_BLOCK)
        return aisle_int8_block(
            values: (memory + layout.values + index * numbers).assumingMemoryBound(to: UInt8.self),
            remainders: (memory + layout.remainders + index * numbers / 2).assumingMemoryBound(to: UInt8.self),
            scales: (memory + layout.scales).assumingMemoryBound(to: Float.self) + index * scales
        )
    }
}
