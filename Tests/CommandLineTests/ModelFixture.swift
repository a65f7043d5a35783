import Foundation
import Testing

/// A random model with a real tokenizer, written without the library: the program has to make do with the files.
///
/// Hidden size 16, one layer, one head; its scores mean nothing.
struct ModelFixture {
    /// The tokenizer of the reranker's tests.
    private static let tokenizer = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("RerankerTests/Fixtures/tokenizer/tokenizer-small.json")
    private static let vocabulary = 1024

    /// Writes the folder `name` into a shop.
    static func write(_ name: String, to shop: Shop) throws {
        let folder = shop.url(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: tokenizer, to: folder.appendingPathComponent("tokenizer.json"))
        let configuration = """
            {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "hidden_size": 16, "num_hidden_layers": 1,
             "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 16, "intermediate_size": 32,
             "vocab_size": \(vocabulary), "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 1000000,
             "max_position_embeddings": 4096, "tie_word_embeddings": true, "torch_dtype": "float32"}
            """
        try Data(configuration.utf8).write(to: folder.appendingPathComponent("config.json"))
        try weights().write(to: folder.appendingPathComponent("model.safetensors"))
    }

    private static func weights() -> Data {
        let layer = "model.layers.0."
        let matrices = [
            ("model.embed_tokens", vocabulary, 16), (layer + "self_attn.q_proj", 16, 16),
            (layer + "self_attn.k_proj", 16, 16), (layer + "self_attn.v_proj", 16, 16),
            (layer + "self_attn.o_proj", 16, 16), (layer + "mlp.gate_proj", 32, 16), (layer + "mlp.up_proj", 32, 16),
            (layer + "mlp.down_proj", 16, 32),
        ]
        let norms =
            ["input_layernorm", "self_attn.q_norm", "self_attn.k_norm", "post_attention_layernorm"]
            .map { layer + $0 } + ["model.norm"]
        var header: [String] = [], data = Data(), state: UInt64 = 1
        func add(_ name: String, _ shape: [Int], _ value: () -> Float) {
            let begin = data.count
            for _ in 0..<shape.reduce(1, *) {
                withUnsafeBytes(of: value().bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
            header.append(
                #""\#(name).weight": {"dtype": "F32", "shape": \#(shape), "data_offsets": [\#(begin), \#(data.count)]}"#
            )
        }
        for (name, rows, columns) in matrices {
            add(name, [rows, columns]) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(state >> 40) / Float(1 << 24) - 0.5
            }
        }
        for name in norms { add(name, [16]) { 1 } }
        let text = Data(("{" + header.joined(separator: ", ") + "}").utf8)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + data
    }
}

extension Shop {
    /// Runs `aisle` with caches of this shop's own.
    func apart(_ arguments: String..., input: String = "") throws -> ProgramRun { try apart(arguments, input: input) }

    /// Runs `aisle` with caches of this shop's own.
    func apart(_ arguments: [String], input: String = "") throws -> ProgramRun {
        // `env` sets what the program must not take from whoever runs the tests.
        try run(
            [
                "XDG_CACHE_HOME=\(url("cache").path)", "HF_HOME=\(url("hub").path)",
                "HF_HUB_CACHE=\(url("hub/hub").path)",
                "HOME=\(folder.path)", program.path,
            ] + arguments,
            input: input,
            program: URL(fileURLWithPath: "/usr/bin/env")
        )
    }
}
