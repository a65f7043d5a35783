internal import CKernels

/// One pass of segments through the layers. All tokens go through a layer before any goes through the next, a chunk at a
/// time, so that a layer's weights are read once and scratch does not grow with the number of tokens.
struct ForwardPass {
    private let model: Qwen3Model
    private let segments: [Segment]
    private let work: Workspace
    private let c: ModelConfiguration

    /// Where each segment's tokens begin among the pass's rows; one more entry at the end.
    private let starts: [Int]
    /// Each row's segment.
    private let owners: [Int32]
    /// Keys and values of each segment, of all layers for a prefix, else of the layer at hand.
    private let blocks: [KeyValueBlock]

    /// The residual stream.
    private let x: FloatMatrix
    private let normed: FloatMatrix
    private let qkv: FloatMatrix
    private let attended: FloatMatrix
    private let gated: FloatMatrix

    init(model: Qwen3Model, segments: [Segment]) {
        self.model = model
        self.segments = segments
        work = model.workspace
        c = model.configuration

        var starts = [0], owners: [Int32] = []
        for (index, segment) in segments.enumerated() {
            owners += Array(repeating: Int32(index), count: segment.tokens.count)
            starts.append(owners.count)
        }
        self.starts = starts
        self.owners = owners
        let shape = model.keyValueShape
        blocks = segments.map { segment in
            let layers = segment.purpose == .prefix ? model.configuration.layerCount : 1
            return KeyValueBlock(count: segment.tokens.count, layers: layers, shape: shape)
        }

        let chunk = min(work.chunk, owners.count)
        x = FloatMatrix(rows: owners.count, width: c.hiddenSize)
        normed = FloatMatrix(rows: chunk, width: c.hiddenSize)
        qkv = FloatMatrix(rows: chunk, width: c.querySize + 2 * c.keyValueSize)
        attended = FloatMatrix(rows: chunk, width: c.querySize)
        gated = FloatMatrix(rows: chunk, width: c.intermediateSize)

        let positions = segments.map { $0.position + $0.tokens.count }.max() ?? 0
        model.rotary.reserve(positions: positions)
        let contexts = segments.map(\.context.count).max() ?? 0
        work.reserveScores(aisle_attention_scratch(shape.valueStride, positions, contexts + 1))
    }

    /// Runs all layers and reads the margins.
    func run() -> [SegmentResult] {
        embed()
        for index in 0..<c.layerCount - 1 {
            let layer = model.layers[index]
            for chunk in chunks(of: owners.count) {
                project(layer, rows: chunk, blocks: layer.qkvProj.blocks)
                rotate(layer, index: index, rows: chunk, queries: true)
                attend(layer: index, rows: chunk)
                finish(layer, stream: x, rows: chunk)
            }
        }
        let margins = finalMargins()
        return segments.indices.map { index in
            segments[index].purpose == .prefix ? .prefix(blocks[index]) : .margin(margins[index])
        }
    }

    private func chunks(of rows: Int) -> [Range<Int>] {
        stride(from: 0, to: rows, by: work.chunk).map { $0..<min($0 + work.chunk, rows) }
    }

    /// The smallest number of rows worth giving to a thread.
    private static let part = 8

    private func embed() {
        guard let dtype = aisle_dtype(model.embedding.dtype) else { return }
        let bytes = c.hiddenSize * model.embedding.dtype.size
        model.embedding.withUnsafeBytes { table in
            guard let base = table.baseAddress else { return }
            work.team.forEachPart(of: owners.count, smallest: Self.part) { part, _ in
                for row in part {
                    let segment = Int(owners[row])
                    let token = Int(segments[segment].tokens[row - starts[segment]])
                    aisle_widen(work.cpu, dtype, base + token * bytes, c.hiddenSize, x.row(row))
                }
            }
        }
    }

    /// `normed = norm(stream)`, prepared for a layer.
    private func normalize(_ stream: FloatMatrix, rows: Range<Int>, gain: [Float], for layer: any LinearLayer) {
        work.team.forEachPart(of: rows.count, smallest: Self.part) { part, _ in
            aisle_rms_norm(
                work.cpu,
                part.count,
                c.hiddenSize,
                stream.row(rows.lowerBound + part.lowerBound),
                stream.stride,
                gain,
                Float(c.rmsNormEpsilon),
                normed.row(part.lowerBound),
                normed.stride
            )
            layer.prepare(normed, rows: part, in: work)
        }
    }

    /// Queries, keys and values of a chunk.
    private func project(_ layer: DecoderLayer, rows: Range<Int>, blocks: Range<Int>) {
        normalize(x, rows: rows, gain: layer.inputLayernorm, for: layer.qkvProj)
        layer.qkvProj.multiply(normed, rows: rows.count, blocks: blocks, into: qkv, accumulate: false, workspace: work)
    }

    /// Norms and rotates a chunk's queries in place, and moves keys and values to their blocks.
    private func rotate(_ layer: DecoderLayer, index: Int, rows: Range<Int>, queries: Bool) {
        let d = c.headDimension, half = d / 2, epsilon = Float(c.rmsNormEpsilon)
        let scale = 1 / Float(d).squareRoot()
        model.rotary.withTables { cosines, sines in
            work.team.forEachPart(of: rows.count, smallest: Self.part) { part, _ in
                for local in part {
                    let row = rows.lowerBound + local, segment = Int(owners[row])
                    let token = row - starts[segment]
                    let position = segments[segment].position + token
                    let cosine = cosines + position * half, sine = sines + position * half
                    let numbers = qkv.row(local)
                    if queries {
                        for head in 0..<c.headCount {
                            let q = numbers + head * d
                            aisle_rotate_head(work.cpu, d, q, layer.qNorm, epsilon, cosine, sine, scale, q, 1)
                        }
                    }
                    let kept = segments[segment].purpose == .prefix ? index : 0
                    for head in 0..<c.keyValueHeadCount {
                        let k = numbers + c.querySize + head * d
                        let key = blocks[segment].key(token, head: head, layer: kept)
                        aisle_rotate_head(
                            work.cpu, d, k, layer.kNorm, epsilon, cosine, sine, 1, key, Int(AISLE_PANEL)
                        )
                        blocks[segment].value(token, head: head, layer: kept)
                            .update(from: numbers + c.querySize + c.keyValueSize + head * d, count: d)
                    }
                }
            }
        }
    }

    /// Rows of one segment that attend together.
    private struct AttentionTask {
        var segment: Int
        /// Rows of `qkv` and `attended`.
        var rows: Range<Int>
        /// The segment's token of the first row.
        var token: Int
    }

    /// Query rows of a task: enough to keep products busy, few enough to share a long document among threads.
    private static let attentionRows = 96

    private func attend(layer: Int, rows: Range<Int>) {
        var tasks: [AttentionTask] = []
        var row = rows.lowerBound
        while row < rows.upperBound {
            let segment = Int(owners[row])
            let end = min(rows.upperBound, starts[segment + 1], row + Self.attentionRows)
            tasks.append(
                AttentionTask(
                    segment: segment,
                    rows: row - rows.lowerBound..<end - rows.lowerBound,
                    token: row - starts[segment]
                )
            )
            row = end
        }
        attend(layer: layer, tasks: tasks)
    }

    private func attend(layer: Int, tasks: [AttentionTask]) {
        let group = c.headCount / c.keyValueHeadCount, d = c.headDimension
        let shape = model.keyValueShape
        work.team.run(tasks.count * shape.heads) { index, worker in
            let task = tasks[index / shape.heads], head = index % shape.heads
            let segment = segments[task.segment]
            var contexts = segment.context.map { $0.context(head: head, layer: layer) }
            contexts.append(blocks[task.segment].context(head: head, layer: segment.purpose == .prefix ? layer : 0))
            aisle_attention(
                work.cpu,
                d,
                shape.valueStride,
                group,
                task.rows.count,
                task.token,
                qkv.row(task.rows.lowerBound) + head * group * d,
                qkv.stride,
                contexts,
                contexts.count,
                attended.row(task.rows.lowerBound) + head * group * d,
                attended.stride,
                work.scores(worker)
            )
        }
    }

    /// Attention's output projection and the MLP, added to rows of the residual stream.
    private func finish(_ layer: DecoderLayer, stream: FloatMatrix, rows: Range<Int>) {
        prepare(attended, rows: rows.count, for: layer.oProj)
        add(layer.oProj, of: attended, to: stream, rows: rows)
        normalize(stream, rows: rows, gain: layer.postAttentionLayernorm, for: layer.gateUpProj)
        layer.gateUpProj.multiply(
            normed,
            rows: rows.count,
            blocks: layer.gateUpProj.blocks,
            into: gated,
            accumulate: false,
            workspace: work
        )
        prepare(gated, rows: rows.count, for: layer.downProj)
        add(layer.downProj, of: gated, to: stream, rows: rows)
    }

    private func prepare(_ input: FloatMatrix, rows: Int, for layer: any LinearLayer) {
        work.team.forEachPart(of: rows, smallest: Self.part) { part, _ in
            layer.prepare(input, rows: part, in: work)
        }
    }

    private func add(_ layer: any LinearLayer, of input: FloatMatrix, to stream: FloatMatrix, rows: Range<Int>) {
        layer.multiply(
            input,
            rows: rows.count,
            blocks: layer.blocks,
            into: stream.slice(rows),
            accumulate: true,
            workspace: work
        )
    }

    /// The last layer: keys and values of every token, but of the rest only what each margin's final token needs.
    private func finalMargins() -> [Float] {
        let index = c.layerCount - 1, layer = model.layers[index]
        let block = Int(AISLE_BLOCK)
        let keyValueBlocks = c.querySize / block..<layer.qkvProj.blockCount
        for chunk in chunks(of: owners.count) {
            project(layer, rows: chunk, blocks: keyValueBlocks)
            rotate(layer, index: index, rows: chunk, queries: false)
        }

        var margins = [Float](repeating: .nan, count: segments.count)
        let asking = segments.indices.filter { segments[$0].purpose == .margin }
        for group in chunks(of: asking.count) {
            let members = Array(asking[group])
            let last = FloatMatrix(rows: members.count, width: c.hiddenSize)
            for (row, segment) in members.enumerated() {
                last.row(row).update(from: x.row(starts[segment + 1] - 1), count: c.hiddenSize)
            }
            finalRows(layer, index: index, members: members, stream: last)
            let normed = self.normed
            aisle_rms_norm(
                work.cpu,
                members.count,
                c.hiddenSize,
                last.data,
                last.stride,
                model.norm,
                Float(c.rmsNormEpsilon),
                normed.data,
                normed.stride
            )
            for (row, segment) in members.enumerated() {
                var margin = 0.0
                for (j, weight) in model.headDifference.enumerated() {
                    margin += Double(normed.row(row)[j]) * Double(weight)
                }
                margins[segment] = Float(margin)
            }
        }
        return margins
    }

    /// The last layer for the final tokens of `members`, whose residual stream is gathered in `stream`.
    private func finalRows(_ layer: DecoderLayer, index: Int, members: [Int], stream: FloatMatrix) {
        let rows = 0..<members.count, d = c.headDimension, half = d / 2
        normalize(stream, rows: rows, gain: layer.inputLayernorm, for: layer.qkvProj)
        let queryBlocks = 0..<(c.querySize.roundedUp(to: Int(AISLE_BLOCK)) / Int(AISLE_BLOCK))
        layer.qkvProj.multiply(
            normed,
            rows: rows.count,
            blocks: queryBlocks,
            into: qkv,
            accumulate: false,
            workspace: work
        )
        let scale = 1 / Float(d).squareRoot(), epsilon = Float(c.rmsNormEpsilon)
        model.rotary.withTables { cosines, sines in
            for (row, segment) in members.enumerated() {
                let position = segments[segment].position + segments[segment].tokens.count - 1
                for head in 0..<c.headCount {
                    let q = qkv.row(row) + head * d
                    let cosine = cosines + position * half, sine = sines + position * half
                    aisle_rotate_head(work.cpu, d, q, layer.qNorm, epsilon, cosine, sine, scale, q, 1)
                }
            }
        }
        attend(
            layer: index,
            tasks: members.enumerated().map { row, segment in
                AttentionTask(segment: segment, rows: row..<row + 1, token: segments[segment].tokens.count - 1)
            }
        )
        finish(layer, stream: stream, rows: rows)
    }
}
