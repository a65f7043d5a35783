internal import CKernels

/// Quantized weights of one layer in one piece of memory, as the product reads them: the balance of the inputs, then
/// scales, values and remainders of all blocks.
final class Int8Blocks {
    private let shape: Shape
    private let memory: UnsafeMutableRawPointer
    /// The mapped file the memory belongs to; nil: it is this object's own.
    private let region: MemoryRegion?

    /// How large a layer is.
    struct Shape: Codable, Equatable {
        /// Numbers of an input.
        var inputs: Int
        /// Blocks of 64 outputs.
        var blocks: Int

        /// Groups of inputs.
        var groups: Int { inputs.roundedUp(to: Int(AISLE_GROUP)) / Int(AISLE_GROUP) }
        /// Where the parts begin, in bytes.
        var scales: Int { (4 * inputs).roundedUp(to: 64) }
        var values: Int { scales + 4 * blocks * groups * Int(AISLE_BLOCK) }
        var remainders: Int { values + blocks * numbersOfBlock }
        /// Bytes in all, a multiple of 64.
        var bytes: Int { remainders + blocks * numbersOfBlock / 2 }
        /// Weights of a block, with those that pad its last group.
        var numbersOfBlock: Int { groups * Int(AISLE_GROUP) * Int(AISLE_BLOCK) }
    }

    /// Quantizes and packs a layer's weights, on all threads.
    init(quantizing weights: WeightBlocks, workspace: Workspace) {
        let shape = Shape(inputs: weights.inputs, blocks: weights.count)
        self.shape = shape
        memory = UnsafeMutableRawPointer(allocateZeros(shape.bytes) as UnsafeMutablePointer<UInt8>)
        region = nil
        let balance = ColumnBalance(weights, workspace: workspace)
        memory.assumingMemoryBound(to: Float.self).update(from: balance.sizes, count: shape.inputs)
        workspace.team.run(shape.blocks) { index, _ in
            weights.withRows(index) { rows in
                withUnsafePointer(to: block(index)) { target in
                    aisle_quantize_block(
                        workspace.cpu,
                        weights.dtype,
                        rows,
                        shape.inputs,
                        shape.groups,
                        balance.reciprocals,
                        target
                    )
                }
            }
        }
        weights.discardPages()
    }

    /// Weights that lie in a mapped file from `offset` on, a multiple of 64.
    init(shape: Shape, in region: MemoryRegion, at offset: Int) {
        self.shape = shape
        self.region = region
        // Only read from here on; the region is kept for as long as the pointer.
        guard
            let base = region.withUnsafeBytes(in: offset..<offset + shape.bytes, { $0.baseAddress })
        else { preconditionFailure("a layer without weights") }
        memory = UnsafeMutableRawPointer(mutating: base)
    }

    deinit {
        if region == nil { memory.deallocate() }
    }

    /// Everything, for the file that keeps it.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: shape.bytes) }

    /// Groups of inputs.
    var groups: Int { shape.groups }

    /// What each input is multiplied by before it is quantized.
    var balance: UnsafePointer<Float> { UnsafePointer(memory.assumingMemoryBound(to: Float.self)) }

    /// Where a block's parts are.
    func block(_ index: Int) -> aisle_int8_block {
        let numbers = shape.numbersOfBlock, scales = memory + shape.scales
        return aisle_int8_block(
            values: (memory + shape.values + index * numbers).assumingMemoryBound(to: UInt8.self),
            remainders: (memory + shape.remainders + index * numbers / 2).assumingMemoryBound(to: UInt8.self),
            scales: scales.assumingMemoryBound(to: Float.self) + index * shape.groups * Int(AISLE_BLOCK)
        )
    }
}
