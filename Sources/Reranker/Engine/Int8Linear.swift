internal import CKernels

/// A linear layer in int8: weights have a scale for each output and group of inputs, quantized once; inputs have one for
/// each row and group, quantized as they come. Groups with outliers are quantized in two terms.
struct Int8Linear: LinearLayer {
    let inputs: Int
    let outputs: Int
    let blockCount: Int
    private let isGated: Bool
    private let groups: Int
    private let packed: PackedBlocks

    /// A group whose greatest magnitude is above this times its root mean square gets a second term.
    static let crest: Float = 6

    /// Quantizes a layer's weights, on all threads.
    init(weights: WeightBlocks, workspace: Workspace) throws {
        inputs = weights.inputs
        outputs = weights.outputs
        blockCount = weights.count
        isGated = weights.isGated
        groups = inputs.roundedUp(to: Int(AISLE_GROUP)) / Int(AISLE_GROUP)
        packed = PackedBlocks(quantizing: weights, groups: groups, workspace: workspace)
    }

    func prepare(_ input: FloatMatrix, rows part: Range<Int>, in workspace: Workspace) {
        withUnsafePointer(to: workspace.int8) { rows in
            aisle_quantize_rows(
                workspace.cpu,
                part.count,
                inputs,
                groups,
                input.row(part.lowerBound),
                input.stride,
                nil,
                Self.crest,
                rows,
                part.lowerBound
            )
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
        withUnsafePointer(to: workspace.int8) { prepared in
            workspace.team.run(blocks.count) { index, worker in
                let target = blocks.lowerBound + index
                let (tile, stride) =
                    isGated ? (workspace.tile(worker), block) : (output.data + target * block, output.stride)
                aisle_matmul_int8(
                    cpu,
                    rows,
                    groups,
                    prepared,
                    0,
                    packed.values(target),
                    packed.scales(target),
                    tile,
                    stride,
                    accumulate && !isGated ? 1 : 0
                )
                if isGated {
                    aisle_swiglu(cpu, rows, tile, stride, output.data + target * (block / 2), output.stride)
                }
            }
        }
    }
}

/// Quantized weights of one layer, packed as the product reads them.
final class PackedBlocks {
    private let groups: Int
    private let valueBytes: UnsafeMutablePointer<UInt8>
    private let scaleNumbers: UnsafeMutablePointer<Float>

    /// Quantizes and packs a layer's weights.
    init(quantizing weights: WeightBlocks, groups: Int, workspace: Workspace) {
        let block = Int(AISLE_BLOCK)
        self.groups = groups
        let values: UnsafeMutablePointer<UInt8> = allocateZeros(weights.count * groups * Int(AISLE_GROUP) * block)
        let scales: UnsafeMutablePointer<Float> = allocateZeros(weights.count * groups * block)
        workspace.team.run(weights.count) { index, _ in
            weights.withRows(index) { rows in
                aisle_quantize_block(
                    workspace.cpu,
                    weights.dtype,
                    rows,
                    weights.inputs,
                    groups,
                    nil,
                    values + index * groups * Int(AISLE_GROUP) * block,
                    scales + index * groups * block
                )
            }
        }
        valueBytes = values
        scaleNumbers = scales
        weights.discardPages()
    }

    deinit {
        valueBytes.deallocate()
        scaleNumbers.deallocate()
    }

    /// A block's weights, `[groups][AISLE_GROUP / 4][64][4]`.
    func values(_ block: Int) -> UnsafePointer<UInt8> {
        UnsafePointer(valueBytes + block * groups * Int(AISLE_GROUP) * Int(AISLE_BLOCK))
    }

    /// A block's scales, `[groups][64]`.
    func scales(_ block: Int) -> UnsafePointer<Float> {
        UnsafePointer(scaleNumbers + block * groups * Int(AISLE_BLOCK))
    }
}
