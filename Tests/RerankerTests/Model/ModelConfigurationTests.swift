import Foundation
import Statistics
import Testing

@testable import Reranker

@Suite struct ModelConfigurationTests {
    /// What transformers 5.23.0 saves for a tiny model (shortened by fields that say nothing).
    static let tiny = """
        {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": null,
         "dtype": "bfloat16", "head_dim": 10, "hidden_act": "silu", "hidden_size": 24, "intermediate_size": 40,
         "layer_types": ["full_attention", "full_attention"], "max_position_embeddings": 32768, "max_window_layers": 28,
         "model_type": "qwen3", "num_attention_heads": 4, "num_hidden_layers": 2, "num_key_value_heads": 2,
         "rms_norm_eps": 1e-06, "rope_parameters": {"rope_theta": 1000000.0, "rope_type": "default"},
         "sliding_window": null, "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 100}
        """

    /// The tiny configuration with fields replaced or, with nil, removed; values are JSON.
    static func changed(_ changes: [String: String?]) throws -> [UInt8] {
        var fields = try #require(JSONSerialization.jsonObject(with: Data(tiny.utf8)) as? [String: Any])
        for (name, json) in changes {
            fields[name] = try json.map {
                try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
            }
        }
        return Array(try JSONSerialization.data(withJSONObject: fields))
    }

    private func read(_ changes: [String: String?]) throws -> ModelConfiguration {
        try ModelConfiguration(json: Self.changed(changes), path: "config.json")
    }

    @Test func `The published configuration of the 0.6B model is read`() throws {
        // Shared data of the project's machines; the figures are those of the model card.
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../shared/data/qwen3-tokenizer/config.json").standardized.path
        guard let json = FileManager.default.contents(atPath: path) else { return }
        let configuration = try ModelConfiguration(json: Array(json), path: path)
        #expect(configuration.hiddenSize == 1024)
        #expect(configuration.layerCount == 28)
        #expect(configuration.headCount == 16)
        #expect(configuration.keyValueHeadCount == 8)
        #expect(configuration.headDimension == 128)
        #expect(configuration.intermediateSize == 3072)
        #expect(configuration.vocabularySize == 151_669)
        #expect(configuration.ropeTheta == 1e6)
        #expect(configuration.rmsNormEpsilon == 1e-6)
        #expect(configuration.maximumPositions == 40960)
        #expect(configuration.tiesWordEmbeddings)
        #expect(configuration.weightType == "bfloat16")
        #expect(configuration.tensors.count == 310)
        #expect(configuration.parameterCount == 595_776_512)
    }

    @Test(arguments: [
        (
            [
                "hidden_size": "2560", "num_hidden_layers": "36", "num_attention_heads": "32",
                "num_key_value_heads": "8",
                "head_dim": "128", "intermediate_size": "9728", "vocab_size": "151669",
            ], 398, 4_021_784_576
        ),
        (
            [
                "hidden_size": "4096", "num_hidden_layers": "36", "num_attention_heads": "32",
                "num_key_value_heads": "8",
                "head_dim": "128", "intermediate_size": "12288", "vocab_size": "151669", "tie_word_embeddings": "false",
            ],
            399, 8_188_548_096
        ),
    ]) func `The larger models have the published numbers of tensors and parameters`(
        sizes: [String: String],
        tensors: Int,
        parameters: Int
    ) throws {
        let configuration = try read(sizes.merging(["layer_types": "null"]) { $1 })
        #expect(configuration.tensors.count == tensors)
        #expect(configuration.parameterCount == parameters)
    }

    @Test func `What transformers 5 writes is read`() throws {
        let configuration = try read([:])
        #expect(configuration.ropeTheta == 1e6)
        #expect(configuration.headDimension == 10)
        #expect(configuration.querySize == 40)
        #expect(configuration.keyValueSize == 20)
    }

    @Test func `Absent fields have the defaults of Qwen3Config`() throws {
        let configuration = try read([
            "head_dim": nil, "rms_norm_eps": nil, "rope_parameters": nil, "max_position_embeddings": nil,
            "tie_word_embeddings": nil, "dtype": nil, "num_key_value_heads": "null", "architectures": nil,
            "layer_types": nil,
        ])
        // Checked against Qwen3Config.from_dict of transformers 5.23.0: head_dim is 128, not hidden_size / heads.
        #expect(configuration.headDimension == 128)
        #expect(configuration.rmsNormEpsilon == 1e-6)
        #expect(configuration.ropeTheta == 10_000)
        #expect(configuration.maximumPositions == 32768)
        #expect(!configuration.tiesWordEmbeddings)
        #expect(configuration.keyValueHeadCount == 4)
        #expect(configuration.weightType == nil)
        #expect(configuration.firstStageWeight == nil)
    }

    @Test func `The rotary base is found wherever versions put it`() throws {
        #expect(try read(["rope_parameters": nil, "rope_theta": "5e5"]).ropeTheta == 5e5)
        #expect(try read(["rope_parameters": #"{"rope_type": "default"}"#, "rope_theta": "5e5"]).ropeTheta == 5e5)
        #expect(
            try read(["rope_parameters": #"{"rope_type": "default", "rope_theta": 3e6}"#, "rope_theta": "5e5"])
                .ropeTheta == 3e6
        )
        #expect(
            try read(["rope_parameters": nil, "rope_scaling": #"{"type": "default", "rope_theta": 7}"#]).ropeTheta == 7
        )
    }

    @Test(arguments: [
        ("attention_bias", "true"), ("use_sliding_window", "true"), ("is_causal", "false"),
        ("hidden_act", #""gelu""#),
        ("rope_scaling", #"{"type": "yarn", "factor": 4.0}"#), ("rope_parameters", #"{"rope_type": "linear"}"#),
        ("rope_parameters", #"{"rope_type": "default", "factor": 2}"#), ("rope_scaling", "4"),
        ("layer_types", #"["full_attention", "sliding_attention"]"#), ("layer_types", #"["full_attention"]"#),
        ("quantization_config", #"{"bits": 4}"#), ("model_type", #""qwen2""#), ("model_type", nil),
        ("architectures", #"["Qwen3MoeForCausalLM"]"#), ("architectures", #"["Qwen3ForSequenceClassification"]"#),
        ("hidden_size", "0"), ("hidden_size", "-24"), ("hidden_size", "24.5"), ("hidden_size", "1e30"),
        ("hidden_size", #""24""#), ("hidden_size", "true"), ("hidden_size", "null"), ("hidden_size", nil),
        ("hidden_size", "9223372036854775807"), ("hidden_size", "131073"), ("num_hidden_layers", "0"),
        ("num_hidden_layers", "1000000000"), ("num_attention_heads", "5"), ("num_key_value_heads", "0"),
        ("num_key_value_heads", "3"), ("num_key_value_heads", nil), ("head_dim", "7"), ("head_dim", "0"),
        ("head_dim", "null"), ("intermediate_size", "-1"), ("vocab_size", "4294967296"), ("rms_norm_eps", "-1"),
        ("rms_norm_eps", #""1e-6""#), ("rope_theta", "0"), ("max_position_embeddings", "0"),
        ("tie_word_embeddings", "1"), ("aisle_first_stage_weight", "-1"), ("dtype", #""float8_e4m3fn""#),
        ("torch_dtype", "16"),
    ]) func `What is unsupported or absurd is refused by name`(field: String, json: String?) throws {
        let error = #expect(throws: ModelError.self) { try read([field: json]) }
        // Heads are compared with each other; either may be named.
        let heads = ["num_attention_heads", "num_key_value_heads"]
        guard case .badConfiguration("config.json", let named?, let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(named.hasPrefix(field) || heads.contains(field) && heads.contains(named))
        #expect(!reason.isEmpty)
    }

    @Test func `A converted reranker is told from the original`() throws {
        let error = #expect(throws: ModelError.self) {
            try read(["architectures": #"["Qwen3ForSequenceClassification"]"#])
        }
        #expect(error?.description.contains("use the original, such as Qwen/Qwen3-Reranker-0.6B") == true)
    }

    @Test(arguments: ["", "{", "[]", "null", "{\"a\": NaN}", String(repeating: "[", count: 5000), "\u{0}"])
    func `What is no JSON object is refused`(text: String) {
        #expect(throws: ModelError.self) { try ModelConfiguration(json: Array(text.utf8), path: "config.json") }
    }

    @Test func `Damaged configurations give an error or sizes in range, never a crash`() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed of damaged configurations: \(seed)")
        var noise = SplitMix64(seed: seed)
        let bytes = Array(Self.tiny.utf8)
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0...noise.next(upperBound: UInt(2)) {
                damaged[Int(noise.next(upperBound: UInt(damaged.count)))] = UInt8(noise.next(upperBound: UInt(128)))
            }
            guard let configuration = try? ModelConfiguration(json: damaged, path: "config.json") else { continue }
            #expect(configuration.parameterCount > 0, "\(seed)")
            #expect(configuration.headCount % configuration.keyValueHeadCount == 0, "\(seed)")
        }
    }
}
