internal import CKernels

/// One pass of segments through the layers.
///
/// All tokens go through a layer before any goes through the next, a chunk at a time, so that a layer's weights are read
/// once and scratch does not grow with the number of tokens.
struct ForwardPass {
    let model: Qwen3Model
    let segments: [Segment]
    let plan: RowPlan
    let work: Workspace
    let c: ModelConfiguration
    /// Keys and values of each segment, of all layers for a prefix, else of the layer at hand.
    let blocks: [KeyValueBlock]

    /// The residual stream.
    private let x: FloatMatrix
    private let normed: FloatMatrix
    let queries: UnsafeMutablePointer<Float>
    private let attended: FloatMatrix
    private let gated: FloatMatrix

    init(model: Qwen3Model, segments: [Segment]) {
        self.model = model
        self.segments = segments
        work = model.workspace
        c = model.configuration
        plan = RowPlan(segments, chunk: work.chunk)
        let shape = model.keyValueShape, layerCount = c.layerCount
        blocks = segments.map { segment in
            let layers = segment.purpose == .prefix ? layerCount : 1
            return KeyValueBlock(count: segment.tokens.count, layers: layers, shape: shape)
        }

        let buffers = model.buffers
        x = buffers.stream(rows: plan.count)
        normed = buffers.normed
        queries = buffers.queries
        attended = buffers.attended
        gated = buffers.gated

        let positions = segments.map { $0.position + $0.tokens.count }.max() ?? 0
        model.rotary.reserve(positions: positions)
        let contexts = segments.map(\.context.count).max() ?? 0
        let group = c.headCount / shape.heads
        work.reserveScores(aisle_attention_scratch(shape.valueStride, group, positions, contexts + 1))
    }

    /// Runs all layers and reads the margins.
    func run() -> [SegmentResult] {
        embed()
        for index in model.layers.indices {
            for chunk in plan.chunks { run(layer: index, chunk: chunk) }
        }
        return segments.indices.map { index in
            plan.finalRows[index].map { .margin(margin(row: $0)) } ?? .prefix(blocks[index])
        }
    }

    private func run(layer index: Int, chunk: RowPlan.Chunk) {
        let layer = model.layers[index], block = Int(AISLE_BLOCK)
        let isExact = chunk.kind != .body || index < model.exactLayers
        // After the last layer only the final tokens are looked at: of the others it needs keys and values.
        let onlyKeys = index == c.layerCount - 1 && chunk.kind != .final
        let blocksOfHeads = Qwen3Model.blocksOfHeads(c)
        let firstKey = c.querySize / (block * blocksOfHeads) * blocksOfHeads
        let outputs = onlyKeys ? firstKey..<layer.qkvProj.blockCount : layer.qkvProj.blocks
        let rows = chunk.rows.count

        /// Multiplies the chunk's prepared rows.
        func multiply(
            _ linear: any LinearLayer,
            _ input: FloatMatrix,
            outputs: Range<Int>? = nil,
            _ output: LinearProduct.Output
        ) {
            linear.multiply(
                LinearProduct(input: input, rows: rows, blocks: outputs ?? linear.blocks, output: output),
                in: work
            )
        }

        let stream = x.slice(chunk.rows)
        normalize(stream, gain: layer.inputLayernorm, isExact: isExact, for: layer.qkvProj)
        let runs = plan.runs(in: chunk.rows, limit: rows)
        model.rotary.withTables { cosines, sines in
            let heads = HeadStore(self, layer: index, rows: chunk.rows, runs: runs, cosines: cosines, sines: sines)
            multiply(
                layer.qkvProj,
                normed,
                outputs: outputs,
                .tiles(blocksPerTile: blocksOfHeads) { heads.store($0) }
            )
        }
        if onlyKeys { return }
        attend(layer: index, chunk: chunk)
        prepare(attended, rows: rows, isExact: isExact, for: layer.oProj)
        multiply(layer.oProj, attended, .matrix(stream, accumulate: true))

        normalize(stream, gain: layer.postAttentionLayernorm, isExact: isExact, for: layer.gateUpProj)
        multiply(
            layer.gateUpProj,
            normed,
            .tiles(blocksPerTile: 1) { tile in
                let place = gated.data + tile.blocks.lowerBound * (block / 2)
                aisle_swiglu(work.cpu, rows, tile.data, tile.stride, place, gated.stride)
            }
        )
        prepare(gated, rows: rows, isExact: isExact, for: layer.downProj)
        multiply(layer.downProj, gated, .matrix(stream, accumulate: true))
    }

    /// The smallest number of rows worth giving to a thread.
    private static let part = 8

    private func embed() {
        guard let dtype = aisle_dtype(model.embedding.dtype) else { return }
        let bytes = c.hiddenSize * model.embedding.dtype.size
        model.embedding.withUnsafeBytes { table in
            guard let base = table.baseAddress else { return }
            work.team.forEachPart(of: plan.count, smallest: Self.part) { part, _ in
                for row in part {
                    let token = segments[Int(plan.segments[row])].tokens[Int(plan.tokens[row])]
                    aisle_widen(work.cpu, dtype, base + Int(token) * bytes, c.hiddenSize, x.row(row))
                }
            }
        }
    }

    /// `normed = norm(stream)`, prepared for a layer.
    private func normalize(_ stream: FloatMatrix, gain: [Float], isExact: Bool, for layer: any LinearLayer) {
        work.team.forEachPart(of: stream.rows, smallest: Self.part) { part, _ in
            norm(stream, rows: part, gain: gain)
            layer.prepare(normed, rows: part, isExact: isExact, in: work)
        }
    }

    private func norm(_ stream: FloatMatrix, rows: Range<Int>, gain: [Float]) {
        aisle_rms_norm(
            work.cpu,
            rows.count,
            c.hiddenSize,
            stream.row(rows.lowerBound),
            stream.stride,
            gain,
            Float(c.rmsNormEpsilon),
            normed.row(rows.lowerBound),
            normed.stride
        )
    }

    private func prepare(_ input: FloatMatrix, rows: Int, isExact: Bool, for layer: any LinearLayer) {
        work.team.forEachPart(of: rows, smallest: Self.part) { part, _ in
            layer.prepare(input, rows: part, isExact: isExact, in: work)
        }
    }

    /// Query rows of a task: enough to keep products busy, few enough to share a long document among threads.
    private static let attentionRows = 96

    private func attend(layer: Int, chunk: RowPlan.Chunk) {
        let runs = plan.runs(in: chunk.rows, limit: Self.attentionRows)
        let group = c.headCount / c.keyValueHeadCount, d = c.headDimension
        let shape = model.keyValueShape
        work.team.run(runs.count * shape.heads) { index, worker in
            let run = runs[index / shape.heads], head = index % shape.heads
            let owner = Int(plan.segments[run.lowerBound]), segment = segments[owner]
            var contexts = segment.context.map { $0.context(head: head, layer: layer) }
            contexts.append(blocks[owner].context(head: head, layer: segment.purpose == .prefix ? layer : 0))
            let local = run.lowerBound - chunk.rows.lowerBound
            aisle_attention(
                work.cpu,
                d,
                shape.valueStride,
                group,
                run.count,
                Int(plan.tokens[run.lowerBound]),
                queries + (head * work.chunk + local) * group * d,
                contexts,
                contexts.count,
                attended.row(local) + head * group * d,
                attended.stride,
                work.scores(worker)
            )
        }
    }

    /// Log-odds of "yes" from a final token's residual stream.
    private func margin(row: Int) -> Float {
        norm(x.slice(row..<row + 1), rows: 0..<1, gain: model.norm)
        var margin = 0.0
        for (j, weight) in model.headDifference.enumerated() {
            margin += Double(normed.data[j]) * Double(weight)
        }
        return Float(margin)
    }
}
