internal import CKernels

/// A Qwen3 causal language model that is asked one thing: is "yes" or "no" the next token?
///
/// Read-only after `init`. One thread at a time may run it, as the workspace has room for one pass.
final class Qwen3Model {
    let configuration: ModelConfiguration
    let layers: [DecoderLayer]
    let norm: [Float]
    /// Head row of "yes" less that of "no".
    let headDifference: [Float]
    let embedding: TensorView
    let rotary: RotaryTable
    let workspace: Workspace

    /// Enough rows for products to run at full speed, few enough that what passes between layers stays in the caches.
    static let defaultChunk = 512

    /// Builds the model over mapped weights.
    ///
    /// - Parameters:
    ///   - threads: Threads to compute on, this one included; at least 1.
    ///   - chunk: Tokens that go through a layer together.
    ///   - cpu: The processor's features to use.
    /// - Throws: `WeightsError`, `EngineError`.
    init(
        configuration: ModelConfiguration,
        weights: ModelWeights,
        answers: AnswerTokens,
        precision: Precision,
        threads: Int,
        chunk: Int = Qwen3Model.defaultChunk,
        cpu: UInt32 = aisle_cpu_features()
    ) throws {
        let c = configuration
        self.configuration = configuration
        let workspace = Workspace(
            team: try WorkerTeam(count: threads),
            cpu: cpu,
            chunk: chunk,
            widest: max(c.hiddenSize, c.querySize, c.intermediateSize),
            precision: precision
        )
        self.workspace = workspace
        func makeLinear(_ name: String, _ rows: WeightBlocks) throws -> any LinearLayer {
            switch precision {
            case .f32: return FloatLinear(weights: rows)
            case .bf16:
                guard cpu & UInt32(AISLE_CPU_BF16) != 0 else { throw EngineError.noBF16 }
                return BFloatLinear(weights: rows)
            case .int8, .auto: return try Int8Linear(weights: rows, workspace: workspace)
            }
        }
        func tensor(_ name: String, _ shape: [Int]) throws -> TensorView { try weights.tensor(named: name, shape: shape) }

        layers = try (0..<c.layerCount).map { index in
            let layer = "model.layers.\(index)"
            func norm(_ name: String, _ count: Int) throws -> [Float] {
                try tensor("\(layer).\(name).weight", [count]).floats()
            }
            func matrix(_ name: String, _ outputs: Int, _ inputs: Int) throws -> TensorView {
                try tensor("\(layer).\(name).weight", [outputs, inputs])
            }
            let qkv = try WeightBlocks(joining: [
                matrix("self_attn.q_proj", c.querySize, c.hiddenSize),
                matrix("self_attn.k_proj", c.keyValueSize, c.hiddenSize),
                matrix("self_attn.v_proj", c.keyValueSize, c.hiddenSize),
            ])
            let o = try WeightBlocks(joining: [matrix("self_attn.o_proj", c.hiddenSize, c.querySize)])
            let gateUp = try WeightBlocks(
                gate: matrix("mlp.gate_proj", c.intermediateSize, c.hiddenSize),
                up: matrix("mlp.up_proj", c.intermediateSize, c.hiddenSize)
            )
            let down = try WeightBlocks(joining: [matrix("mlp.down_proj", c.hiddenSize, c.intermediateSize)])
            return try DecoderLayer(
                inputLayernorm: norm("input_layernorm", c.hiddenSize),
                qkvProj: makeLinear("\(layer).self_attn.qkv_proj", qkv),
                qNorm: norm("self_attn.q_norm", c.headDimension),
                kNorm: norm("self_attn.k_norm", c.headDimension),
                oProj: makeLinear("\(layer).self_attn.o_proj", o),
                postAttentionLayernorm: norm("post_attention_layernorm", c.hiddenSize),
                gateUpProj: makeLinear("\(layer).mlp.gate_up_proj", gateUp),
                downProj: makeLinear("\(layer).mlp.down_proj", down)
            )
        }
        norm = try tensor("model.norm.weight", [c.hiddenSize]).floats()
        embedding = try tensor(ModelConfiguration.embeddingName, [c.vocabularySize, c.hiddenSize])
        let head =
            c.tiesWordEmbeddings
            ? embedding : try tensor(ModelConfiguration.headName, [c.vocabularySize, c.hiddenSize])
        headDifference = try zip(head.row(Int(answers.yes)), head.row(Int(answers.no))).map { $0 - $1 }
        rotary = RotaryTable(headDimension: c.headDimension, theta: c.ropeTheta)
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
