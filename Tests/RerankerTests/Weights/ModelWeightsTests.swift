import Foundation
import Testing

@testable import Reranker

@Suite struct ModelWeightsTests {
    private let scratch: ModelScratch
    private let configuration: ModelConfiguration

    init() throws {
        scratch = try ModelScratch()
        configuration = try ModelConfiguration(json: Array(ModelConfigurationTests.tiny.utf8), path: "config.json")
    }

    /// All tensors of a configuration, each element the tensor's place.
    static func writer(_ configuration: ModelConfiguration) -> SafetensorsWriter {
        var writer = SafetensorsWriter()
        for (place, tensor) in configuration.tensors.enumerated() {
            writer.add(
                tensor.name,
                tensor.shape,
                floats: Array(repeating: Float(place), count: tensor.shape.reduce(1, *))
            )
        }
        return writer
    }

    private func open(_ configuration: ModelConfiguration? = nil) throws -> ModelWeights {
        try ModelWeights(folder: scratch.path, configuration: configuration ?? self.configuration)
    }

    /// Writes shards of a few tensors each and their index.
    private func writeShards(changingIndex change: (inout [String: String]) -> Void = { _ in }) throws {
        let tensors = Self.writer(configuration).tensors
        var map: [String: String] = [:]
        for (number, start) in stride(from: 0, to: tensors.count, by: 7).enumerated() {
            let shard = Array(tensors[start..<min(start + 7, tensors.count)])
            let name = "model-0000\(number + 1)-of-00004.safetensors"
            try scratch.write(name, SafetensorsWriter(tensors: shard).file())
            for tensor in shard { map[tensor.name] = name }
        }
        change(&map)
        let json = try JSONSerialization.data(withJSONObject: ["metadata": ["total_size": 1], "weight_map": map])
        try scratch.write("model.safetensors.index.json", json)
    }

    @Test func `A single file holds every tensor of the configuration`() throws {
        try scratch.write("model.safetensors", Self.writer(configuration).file())
        let weights = try open()
        #expect(weights.names.count == 2 + 2 * 11)
        for (place, tensor) in configuration.tensors.enumerated() {
            let view = try weights.tensor(named: tensor.name, shape: tensor.shape)
            #expect(view.floats().allSatisfy { $0 == Float(place) })
        }
    }

    @Test func `Shards make up one model`() throws {
        try writeShards()
        let weights = try open()
        #expect(weights.files.count == 4)
        for (place, tensor) in configuration.tensors.enumerated() {
            #expect(try weights.tensor(named: tensor.name, shape: tensor.shape).floats().first == Float(place))
        }
    }

    @Test func `Missing, unexpected and misshapen tensors are named`() throws {
        var writer = Self.writer(configuration)
        let norm = "model.layers.1.self_attn.q_norm.weight"
        writer.tensors.removeAll { $0.name == norm }
        let path = try scratch.write("model.safetensors", writer.file())
        #expect(throws: WeightsError.missingTensors(path: path, names: [norm])) { try open() }

        writer.add(norm, [11])
        try scratch.write("model.safetensors", writer.file())
        #expect(throws: WeightsError.tensorShape(path: path, name: norm, expected: [10], actual: [11])) { try open() }

        writer.tensors.removeLast()
        writer.add(norm, [10], zerosOf: .i8)
        try scratch.write("model.safetensors", writer.file())
        #expect(throws: WeightsError.tensorType(path: path, name: norm, type: .i8)) { try open() }

        writer.tensors.removeLast()
        writer.add(norm, [10])
        writer.add("model.layers.0.self_attn.q_proj.bias", [40])
        try scratch.write("model.safetensors", writer.file())
        #expect(
            throws: WeightsError.unexpectedTensors(path: path, names: ["model.layers.0.self_attn.q_proj.bias"])
        ) { try open() }
    }

    @Test func `A head beside tied embeddings is tolerated, without tied ones required`() throws {
        var untied = configuration
        untied.tiesWordEmbeddings = false
        let path = try scratch.write("model.safetensors", Self.writer(configuration).file())
        #expect(throws: WeightsError.missingTensors(path: path, names: ["lm_head.weight"])) { try open(untied) }
        try scratch.write("model.safetensors", Self.writer(untied).file())
        #expect(try open(untied).tensor(named: "lm_head.weight", shape: [100, 24]).count == 2400)
        _ = try open(configuration)
    }

    @Test func `Asking for a tensor that is not there or of another shape says so`() throws {
        let path = try scratch.write("model.safetensors", Self.writer(configuration).file())
        let weights = try open()
        #expect(throws: WeightsError.missingTensors(path: path, names: ["x"])) {
            try weights.tensor(named: "x", shape: [1])
        }
        #expect(
            throws: WeightsError.tensorShape(path: path, name: "model.norm.weight", expected: [24, 1], actual: [24])
        ) { try weights.tensor(named: "model.norm.weight", shape: [24, 1]) }
    }

    @Test func `An index that lies is refused`() throws {
        let path = "\(scratch.path)/model.safetensors.index.json"
        func expect(_ problem: WeightsError.IndexProblem, _ change: (inout [String: String]) -> Void) throws {
            try writeShards(changingIndex: change)
            #expect(throws: WeightsError.badIndex(path: path, problem: problem)) { try open() }
        }
        let norm = "model.norm.weight"
        let last = "model-00004-of-00004.safetensors"
        try expect(.unlistedTensor(norm, file: last)) { $0[norm] = nil }
        try expect(.missingTensor("ghost", file: last)) { $0["ghost"] = last }
        try expect(.missingFile("model-00009.safetensors")) { $0["ghost"] = "model-00009.safetensors" }
        try expect(.fileName("../x.safetensors")) { $0["ghost"] = "../x.safetensors" }
        try expect(.fileName("/etc/passwd")) { $0["ghost"] = "/etc/passwd" }
        try expect(.unlistedTensor(norm, file: last)) { $0[norm] = "model-00001-of-00004.safetensors" }
        try expect(.noWeightMap) { $0 = [:] }
        for text in ["", "{}", "[]", #"{"weight_map": {"a": 1}}"#] {
            try scratch.write("model.safetensors.index.json", text)
            #expect(throws: WeightsError.badIndex(path: path, problem: .noWeightMap)) { try open() }
        }
    }

    @Test func `Weights in other formats are named`() throws {
        try scratch.write("pytorch_model.bin", "PK")
        #expect(throws: WeightsError.noWeights(folder: scratch.path, others: ["pytorch_model.bin"])) { try open() }
    }
}
