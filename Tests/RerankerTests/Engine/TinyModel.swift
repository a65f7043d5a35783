import Foundation

@testable import Reranker

/// A random model, written to a folder of its own.
struct TinyModel: CustomStringConvertible {
    var hidden = 64
    var layers = 2
    var heads = 4
    var keyValueHeads = 2
    var headDimension = 16
    var intermediate = 96
    var vocabulary = 320
    var seed: UInt64 = 1
    /// Standard deviation of the weights; transformers initialises with 0.02.
    var deviation: Float = 0.02
    /// Which channels are far larger than others.
    var outliers = Outliers.none
    /// How much larger.
    var factor: Float = 1
    /// A tensor whose first number is not what it should be.
    var spoiled: (name: String, value: Float)?
    /// A token whose embedding is not finite.
    var overflowing: Int?

    /// Where trained models of this family have channels a hundred times the others, or could.
    enum Outliers: String, CaseIterable {
        case none
        /// Columns of the embedding.
        case embedding
        /// Weights of the norms before attention and MLP.
        case norms
        /// Rows of o_proj and down_proj: what is added to a few channels of the residual stream.
        case residual
        /// Rows of up_proj: a few inputs of down_proj.
        case up
    }

    var description: String {
        "hidden \(hidden), layers \(layers), heads \(heads)/\(keyValueHeads) of \(headDimension), MLP \(intermediate), "
            + "\(outliers) x \(factor), seed \(seed)"
    }

    var configuration: String {
        """
        {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": \(hidden),
         "num_hidden_layers": \(layers), "num_attention_heads": \(heads), "num_key_value_heads": \(keyValueHeads),
         "head_dim": \(headDimension), "intermediate_size": \(intermediate), "vocab_size": \(vocabulary),
         "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 1000000, "max_position_embeddings": 32768,
         "tie_word_embeddings": true, "torch_dtype": "float32"}
        """
    }

    /// Writes `config.json` and `model.safetensors`.
    func write(to scratch: ModelScratch) throws {
        var numbers = NormalNumbers(seed: seed)
        /// Distinct channels.
        func some(_ count: Int, of all: Int) -> Set<Int> {
            var chosen: Set<Int> = []
            while chosen.count < min(count, all) { chosen.insert(numbers.int(in: 0...all - 1)) }
            return chosen
        }
        let stream = some(4, of: hidden)
        var writer = SafetensorsWriter()
        let configuration = try ModelConfiguration(json: Array(configuration.utf8), path: "config.json")
        for (name, shape) in configuration.tensors {
            let count = shape.reduce(1, *), last = shape[shape.count - 1]
            var values: [Float]
            if shape.count == 1 {
                values = numbers.array(count, deviation: 0.2).map { 1 + $0 }
                if outliers == .norms, name.contains("layernorm") {
                    for channel in stream { values[channel] *= factor }
                }
            } else {
                values = numbers.array(count, deviation: deviation)
                var rows: Set<Int> = []
                switch outliers {
                case .embedding where name.contains("embed"):
                    for row in 0..<shape[0] { for channel in stream { values[row * last + channel] *= factor } }
                case .residual where name.contains("o_proj") || name.contains("down_proj"): rows = stream
                case .up where name.contains("up_proj"): rows = some(3, of: shape[0])
                default: break
                }
                for row in rows { for column in 0..<last { values[row * last + column] *= factor } }
            }
            if let spoiled, spoiled.name == name { values[0] = spoiled.value }
            if let overflowing, name.contains("embed") { values[overflowing * last] = .nan }
            let bytes = values.withUnsafeBytes { Array($0) }
            writer.tensors.append(.init(name: name, dtype: "F32", shape: shape, bytes: bytes))
        }
        try scratch.write("config.json", self.configuration)
        try scratch.write("model.safetensors", writer.file())
    }

    static let answers = AnswerTokens(yes: 3, no: 7)

    /// Loads what `write` wrote.
    static func load(
        _ scratch: ModelScratch,
        precision: Precision = .f32,
        threads: Int = 2,
        chunk: Int = 64,
        cpu: UInt32 = Processor.whole.bits,
        quantizedFile: Int8File.Place? = nil
    ) throws -> Qwen3Model {
        let path = "\(scratch.path)/config.json"
        let configuration = try ModelConfiguration(
            json: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))),
            path: path
        )
        return try Qwen3Model(
            configuration: configuration,
            weights: ModelWeights(folder: scratch.path, configuration: configuration),
            answers: answers,
            precision: precision,
            threads: threads,
            chunk: chunk,
            cpu: cpu,
            quantizedFile: quantizedFile
        )
    }

    /// Random tokens.
    func tokens(_ count: Int, _ numbers: inout NormalNumbers) -> [TokenID] {
        (0..<count).map { _ in TokenID(numbers.int(in: 0...vocabulary - 1)) }
    }
}
