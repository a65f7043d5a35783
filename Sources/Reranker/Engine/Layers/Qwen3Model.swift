internal import CKernels

/// A Qwen3 causal language model that is asked one thing only, whether "yes" or "no" is the next token.
///
/// Read-only after `init`. One thread at a time may run it, as the workspace has room for one pass.
final class Qwen3Model {
    let configuration: ModelConfiguration
    /// What the linear layers multiply; never `.auto`.
    let precision: Precision
    let layers: [DecoderLayer]
    let norm: [Float]
    /// Head row of "yes" less that of "no".
    let headDifference: [Float]
    let embedding: TensorView
    let rotary: RotaryTable
    /// Layers at the beginning whose rows are all computed exactly: later layers amplify what goes wrong in them.
    let exactLayers: Int
    let workspace: Workspace
    let buffers: PassBuffers

    /// Changes whenever a change of the arithmetic moves margins by more than rounding does: kept scores of before are no
    /// longer those of this model.
    static let revision = 1

    /// Enough rows for products to run at full speed, few enough that what passes between layers stays in the caches.
    static let defaultChunk = 384

    /// Builds the model over mapped weights.
    ///
    /// - Parameters:
    ///   - configuration: Its sizes and constants.
    ///   - weights: Its tensors, checked against the configuration.
    ///   - answers: The tokens of "yes" and "no".
    ///   - precision: What the linear layers multiply; `.auto` chooses by the model's depth and the processor.
    ///   - threads: Threads to compute on, this one included; at least 1.
    ///   - chunk: Tokens that go through a layer together.
    ///   - cpu: The processor's features to use.
    ///   - quantizedFile: Where int8 weights are kept, and under which key; nil: quantize them every time.
    /// - Throws: `WeightsError`, `EngineError`.
    init(
        configuration: ModelConfiguration,
        weights: ModelWeights,
        answers: AnswerTokens,
        precision: Precision,
        threads: Int,
        chunk: Int = Qwen3Model.defaultChunk,
        cpu: UInt32 = aisle_cpu_features(),
        quantizedFile: Int8File.Place? = nil
    ) throws {
        let c = configuration
        self.configuration = configuration
        let precision = precision == .auto ? Self.precision(for: c, cpu: cpu) : precision
        self.precision = precision
        let workspace = Workspace(
            team: try WorkerTeam(count: threads),
            cpu: cpu,
            chunk: chunk,
            widest: max(c.hiddenSize, c.querySize, c.intermediateSize),
            tileWidth: Self.blocksOfHeads(c) * Int(AISLE_BLOCK),
            precision: precision
        )
        self.workspace = workspace
        buffers = PassBuffers(c, chunk: chunk)
        func tensor(_ name: String, _ shape: [Int]) throws -> TensorView {
            try weights.tensor(named: name, shape: shape)
        }
        func norm(_ layer: Int, _ name: String, _ count: Int) throws -> [Float] {
            try tensor("model.layers.\(layer).\(name).weight", [count]).floats()
        }

        let rows = try (0..<c.layerCount).flatMap { layer in
            func matrix(_ name: String, _ outputs: Int, _ inputs: Int) throws -> TensorView {
                try tensor("model.layers.\(layer).\(name).weight", [outputs, inputs])
            }
            return [
                try WeightBlocks(joining: [
                    matrix("self_attn.q_proj", c.querySize, c.hiddenSize),
                    matrix("self_attn.k_proj", c.keyValueSize, c.hiddenSize),
                    matrix("self_attn.v_proj", c.keyValueSize, c.hiddenSize),
                ]),
                try WeightBlocks(joining: [matrix("self_attn.o_proj", c.hiddenSize, c.querySize)]),
                try WeightBlocks(
                    gate: matrix("mlp.gate_proj", c.intermediateSize, c.hiddenSize),
                    up: matrix("mlp.up_proj", c.intermediateSize, c.hiddenSize)
                ),
                try WeightBlocks(joining: [matrix("mlp.down_proj", c.hiddenSize, c.intermediateSize)]),
            ]
        }
        let linears: [any LinearLayer]
        switch precision {
        case .f32: linears = rows.map(FloatLinear.init)
        case .bf16:
            guard cpu & UInt32(AISLE_CPU_BF16) != 0 else { throw EngineError.noBF16 }
            linears = rows.map(BFloatLinear.init)
        // What `.auto` stands for was chosen above.
        case .int8, .auto:
            let packed = try Int8File.blocks(of: rows, in: quantizedFile, workspace: workspace)
            linears = zip(rows, packed).map(Int8Linear.init)
        }
        layers = try (0..<c.layerCount).map { index in
            try DecoderLayer(
                inputLayernorm: norm(index, "input_layernorm", c.hiddenSize),
                qkvProj: linears[4 * index],
                qNorm: norm(index, "self_attn.q_norm", c.headDimension),
                kNorm: norm(index, "self_attn.k_norm", c.headDimension),
                oProj: linears[4 * index + 1],
                postAttentionLayernorm: norm(index, "post_attention_layernorm", c.hiddenSize),
                gateUpProj: linears[4 * index + 2],
                downProj: linears[4 * index + 3]
            )
        }
        // A shallow model is cheap, and has no layers to spare.
        exactLayers = Self.isShallow(c) ? c.layerCount : (c.layerCount + 6) / 14
        self.norm = try tensor("model.norm.weight", [c.hiddenSize]).floats()
        embedding = try tensor(ModelConfiguration.embeddingName, [c.vocabularySize, c.hiddenSize])
        let head =
            try c.tiesWordEmbeddings
            ? embedding : tensor(ModelConfiguration.headName, [c.vocabularySize, c.hiddenSize])
        headDifference = try zip(head.row(Int(answers.yes)), head.row(Int(answers.no))).map { $0 - $1 }
        rotary = RotaryTable(headDimension: c.headDimension, theta: c.ropeTheta)
    }

    /// The smallest number of blocks of outputs that are whole heads.
    static func blocksOfHeads(_ configuration: ModelConfiguration) -> Int {
        var blocks = 1
        while blocks * Int(AISLE_BLOCK) % configuration.headDimension != 0 { blocks += 1 }
        return blocks
    }

    /// Whether a model has so few layers that all of them are computed exactly, also in int8.
    static func isShallow(_ configuration: ModelConfiguration) -> Bool { configuration.layerCount <= 8 }

    /// What `Precision.auto` is for a model on a processor.
    static func precision(for configuration: ModelConfiguration, cpu: UInt32 = aisle_cpu_features()) -> Precision {
        guard isShallow(configuration) else { return .int8 }
        return cpu & UInt32(AISLE_CPU_BF16) == 0 ? .f32 : .bf16
    }

    /// The shape of this model's keys and values.
    var keyValueShape: KeyValueBlock.Shape {
        .init(heads: configuration.keyValueHeadCount, headDimension: configuration.headDimension)
    }

    /// Passes segments through the model together.
    ///
    /// - Returns: One result a segment, in order. Which segments share a pass makes no difference to them.
    /// - Throws: `EngineError.token`.
    func run(_ segments: [Segment]) throws -> [SegmentResult] {
        for segment in segments {
            for token in segment.tokens where !(0..<configuration.vocabularySize).contains(Int(token)) {
                throw EngineError.token(Int(token), vocabularySize: configuration.vocabularySize)
            }
        }
        guard !segments.isEmpty else { return [] }
        return ForwardPass(model: self, segments: segments).run()
    }
}

/// The tokens a judgment is read from.
struct AnswerTokens: Sendable, Equatable {
    var yes: TokenID
    var no: TokenID
}

extension TensorView {
    /// One row of a matrix as floats.
    ///
    /// - Throws: `EngineError.token` for a row that is not there.
    func row(_ index: Int) throws -> [Float] {
        guard (0..<shape[0]).contains(index), let dtype = aisle_dtype(dtype) else {
            throw EngineError.token(index, vocabularySize: shape[0])
        }
        let width = shape[1], bytes = width * self.dtype.size
        return withUnsafeBytes { buffer in
            [Float](unsafeUninitializedCapacity: width) { floats, count in
                if let source = buffer.baseAddress, let target = floats.baseAddress {
                    aisle_widen(0, dtype, source + index * bytes, width, target)
                }
                count = width
            }
        }
    }
}
