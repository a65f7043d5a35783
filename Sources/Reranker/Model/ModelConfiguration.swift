internal import Foundation

/// The sizes and constants of a Qwen3 model, from its `config.json`.
///
/// Names and defaults are those of transformers' `Qwen3Config`. Everything that would change the results and is not
/// implemented is refused by name when the file is read.
public struct ModelConfiguration: Sendable, Equatable {
    /// `hidden_size`: numbers per token between layers.
    public var hiddenSize: Int
    /// `num_hidden_layers`.
    public var layerCount: Int
    /// `num_attention_heads`: query heads, a multiple of `keyValueHeadCount`.
    public var headCount: Int
    /// `num_key_value_heads`.
    public var keyValueHeadCount: Int
    /// `head_dim`: numbers per head, even; not `hiddenSize / headCount` in these models.
    public var headDimension: Int
    /// `intermediate_size`: numbers per token inside the MLP.
    public var intermediateSize: Int
    /// `vocab_size`: rows of the embedding and of the head.
    public var vocabularySize: Int
    /// `rope_theta`: the base of the rotary embedding's frequencies.
    public var ropeTheta: Double
    /// `rms_norm_eps`: what is added to the mean square.
    public var rmsNormEpsilon: Double
    /// `max_position_embeddings`: tokens a prompt may have.
    public var maximumPositions: Int
    /// `tie_word_embeddings`: the head is the embedding.
    public var tiesWordEmbeddings: Bool
    /// `dtype` (`torch_dtype` before transformers 5): what the weights were saved in, for people; each tensor states
    /// its own.
    public var weightType: String?
    /// `aisle_first_stage_weight`, a field of ours: see `BackendDescription.firstStageWeight`.
    public var firstStageWeight: Double?

    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - json: The bytes of the file.
    ///   - path: Where it is from, for messages.
    /// - Throws: `ModelError.badConfiguration`.
    public init(json: [UInt8], path: String) throws {
        let fields = try ConfigurationFields(json: json, path: path)
        try fields.checkKind()
        hiddenSize = try fields.size("hidden_size", in: 1...1 << 17)
        layerCount = try fields.size("num_hidden_layers", in: 1...1024)
        headCount = try fields.size("num_attention_heads", in: 1...4096)
        keyValueHeadCount = try fields.size("num_key_value_heads", in: 1...4096, null: headCount)
        headDimension = try fields.size("head_dim", in: 2...2048, absent: 128)
        intermediateSize = try fields.size("intermediate_size", in: 1...1 << 20)
        vocabularySize = try fields.size("vocab_size", in: 1...1 << 24)
        maximumPositions = try fields.size("max_position_embeddings", in: 1...1 << 27, absent: 32768)
        rmsNormEpsilon = try fields.number("rms_norm_eps", in: 0...1) ?? 1e-6
        ropeTheta = try fields.ropeTheta()
        tiesWordEmbeddings = try fields.flag("tie_word_embeddings") ?? false
        weightType = try fields.text("dtype") ?? fields.text("torch_dtype")
        firstStageWeight = try fields.number("aisle_first_stage_weight", in: 0...1000)
        guard headCount % keyValueHeadCount == 0 else {
            throw fields.unusable("num_attention_heads", "is \(headCount), no multiple of num_key_value_heads")
        }
        guard headDimension % 2 == 0 else {
            throw fields.unusable("head_dim", "is \(headDimension), but rotary embeddings need an even one")
        }
        try fields.checkUnsupported(layerCount: layerCount)
    }

    /// Query numbers per token: `headCount * headDimension`.
    public var querySize: Int { headCount * headDimension }
    /// Key (or value) numbers per token: `keyValueHeadCount * headDimension`.
    public var keyValueSize: Int { keyValueHeadCount * headDimension }

    /// Parameters of all tensors together, a tied head counted once.
    public var parameterCount: Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }
}

extension ModelConfiguration {
    /// The embedding's name in the checkpoint, `[vocabularySize, hiddenSize]`.
    package static let embeddingName = "model.embed_tokens.weight"
    /// The head's name in the checkpoint, `[vocabularySize, hiddenSize]`; absent where it is tied.
    package static let headName = "lm_head.weight"

    /// Name and shape of every tensor the model consists of, in the order they are used; matrices are `[out, in]`.
    package var tensors: [(name: String, shape: [Int])] {
        var tensors = [(Self.embeddingName, [vocabularySize, hiddenSize])]
        for layer in 0..<layerCount {
            let prefix = "model.layers.\(layer)"
            tensors += [
                ("\(prefix).input_layernorm.weight", [hiddenSize]),
                ("\(prefix).self_attn.q_proj.weight", [querySize, hiddenSize]),
                ("\(prefix).self_attn.k_proj.weight", [keyValueSize, hiddenSize]),
                ("\(prefix).self_attn.v_proj.weight", [keyValueSize, hiddenSize]),
                ("\(prefix).self_attn.q_norm.weight", [headDimension]),
                ("\(prefix).self_attn.k_norm.weight", [headDimension]),
                ("\(prefix).self_attn.o_proj.weight", [hiddenSize, querySize]),
                ("\(prefix).post_attention_layernorm.weight", [hiddenSize]),
                ("\(prefix).mlp.gate_proj.weight", [intermediateSize, hiddenSize]),
                ("\(prefix).mlp.up_proj.weight", [intermediateSize, hiddenSize]),
                ("\(prefix).mlp.down_proj.weight", [hiddenSize, intermediateSize]),
            ]
        }
        tensors.append(("model.norm.weight", [hiddenSize]))
        if !tiesWordEmbeddings { tensors.append((Self.headName, [vocabularySize, hiddenSize])) }
        return tensors
    }
}
