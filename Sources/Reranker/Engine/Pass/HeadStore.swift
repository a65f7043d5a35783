internal import CKernels

/// What becomes of a chunk's queries, keys and values: queries and keys are normed and rotated, and each goes where
/// attention takes it from.
struct HeadStore {
    private let pass: ForwardPass
    private let weights: DecoderLayer
    private let layer: Int
    /// Rows of the pass.
    private let rows: Range<Int>
    /// The same, divided by segments.
    private let runs: [Range<Int>]
    private let cosines: UnsafePointer<Float>
    private let sines: UnsafePointer<Float>

    init(
        _ pass: ForwardPass,
        layer: Int,
        rows: Range<Int>,
        runs: [Range<Int>],
        cosines: UnsafePointer<Float>,
        sines: UnsafePointer<Float>
    ) {
        self.pass = pass
        weights = pass.model.layers[layer]
        self.layer = layer
        self.rows = rows
        self.runs = runs
        self.cosines = cosines
        self.sines = sines
    }

    /// Takes whole heads of queries, keys and values, which follow each other.
    func store(_ tile: LinearProduct.Tile) {
        let c = pass.c, d = c.headDimension, first = tile.blocks.lowerBound * Int(AISLE_BLOCK) / d
        let keys = c.headCount, values = keys + c.keyValueHeadCount, end = values + c.keyValueHeadCount
        // Padding follows the last head.
        for head in first..<min(end, first + tile.blocks.count * Int(AISLE_BLOCK) / d) {
            let numbers = tile.data + (head - first) * d
            if head < keys {
                storeQueries(numbers, stride: tile.stride, head: head)
            } else if head < values {
                storeKeys(numbers, stride: tile.stride, head: head - keys)
            } else {
                storeValues(numbers, stride: tile.stride, head: head - values)
            }
        }
    }

    private func storeQueries(_ numbers: UnsafeMutablePointer<Float>, stride: Int, head: Int) {
        let c = pass.c, d = c.headDimension, group = c.headCount / c.keyValueHeadCount
        let place = pass.queries + (head / group * pass.work.chunk * group + head % group) * d
        let scale = 1 / Float(d).squareRoot()
        for run in runs {
            rotate(run, numbers, stride: stride, gain: weights.qNorm, scale: scale, to: place, distance: group * d)
        }
    }

    private func storeKeys(_ numbers: UnsafeMutablePointer<Float>, stride: Int, head: Int) {
        for run in runs {
            rotate(run, numbers, stride: stride, gain: weights.kNorm, scale: 1, to: numbers, distance: stride)
            let (block, kept) = block(of: run)
            aisle_store_keys(
                pass.work.cpu,
                pass.c.headDimension,
                Int(pass.plan.tokens[run.lowerBound]),
                run.count,
                numbers + (run.lowerBound - rows.lowerBound) * stride,
                stride,
                block.keys(head: head, layer: kept)
            )
        }
    }

    private func storeValues(_ numbers: UnsafeMutablePointer<Float>, stride: Int, head: Int) {
        for run in runs {
            let (block, kept) = block(of: run)
            for row in run {
                block.value(Int(pass.plan.tokens[row]), head: head, layer: kept)
                    .update(from: numbers + (row - rows.lowerBound) * stride, count: pass.c.headDimension)
            }
        }
    }

    /// Where a segment's keys and values are, and in which of its layers.
    private func block(of run: Range<Int>) -> (KeyValueBlock, layer: Int) {
        let segment = Int(pass.plan.segments[run.lowerBound])
        return (pass.blocks[segment], pass.segments[segment].purpose == .prefix ? layer : 0)
    }

    /// Norms and rotates one head of a segment's consecutive tokens.
    private func rotate(
        _ run: Range<Int>,
        _ numbers: UnsafeMutablePointer<Float>,
        stride: Int,
        gain: [Float],
        scale: Float,
        to target: UnsafeMutablePointer<Float>,
        distance: Int
    ) {
        let d = pass.c.headDimension, epsilon = Float(pass.c.rmsNormEpsilon)
        let segment = Int(pass.plan.segments[run.lowerBound])
        let position = pass.segments[segment].position + Int(pass.plan.tokens[run.lowerBound])
        for (index, row) in run.enumerated() {
            let local = row - rows.lowerBound, angle = (position + index) * (d / 2)
            aisle_rotate_head(
                pass.work.cpu,
                d,
                numbers + local * stride,
                gain,
                epsilon,
                cosines + angle,
                sines + angle,
                scale,
                target + local * distance
            )
        }
    }
}
