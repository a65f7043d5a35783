import Foundation
import Testing

@testable import Reranker

@Suite struct ModelFolderTests {
    private let scratch: ModelScratch

    init() throws {
        scratch = try ModelScratch()
    }

    @Test func `A complete folder is opened`() throws {
        try scratch.write("config.json", ModelConfigurationTests.tiny)
        try scratch.write("tokenizer.json", "{}")
        let configuration = try ModelConfiguration(json: Array(ModelConfigurationTests.tiny.utf8), path: "")
        try scratch.write("model.safetensors", ModelWeightsTests.writer(configuration).file())
        let folder = try ModelFolder(path: scratch.path)
        #expect(folder.configuration == configuration)
        #expect(try folder.openWeights().names.count == 24)
    }

    @Test func `Everything that is missing is named with the remedy`() throws {
        try scratch.write("config.json", ModelConfigurationTests.tiny)
        let names = ["tokenizer.json", "model.safetensors"]
        let error = #expect(throws: ModelError.missingFiles(folder: scratch.path, names: names)) {
            try ModelFolder(path: scratch.path)
        }
        #expect(error?.description.contains("aisle model pull") == true)
        #expect(throws: ModelError.noFolder(path: "/nowhere")) { try ModelFolder(path: "/nowhere") }
        let file = "\(scratch.path)/config.json"
        #expect(throws: ModelError.noFolder(path: file)) { try ModelFolder(path: file) }
    }

    @Test func `A fingerprint changes with everything that counts, and with nothing else`() throws {
        let configuration = try ModelConfiguration(json: Array(ModelConfigurationTests.tiny.utf8), path: "")
        let weights = ModelWeightsTests.writer(configuration)
        func fingerprint(_ config: String, _ tokenizer: String, _ weights: SafetensorsWriter) throws -> String {
            let folder = try ModelScratch()
            try folder.write("config.json", config)
            try folder.write("tokenizer.json", tokenizer)
            try folder.write("model.safetensors", weights.file())
            let model = try ModelFolder(path: folder.path)
            return try model.fingerprint(of: model.openWeights(), digests: FileDigests(path: nil))
        }
        let tiny = ModelConfigurationTests.tiny
        let first = try fingerprint(tiny, "{}", weights)
        #expect(first.count == 32)
        #expect(try fingerprint(tiny, "{}", weights) == first)
        var others = [first, try fingerprint(tiny + " ", "{}", weights), try fingerprint(tiny, "{ }", weights)]
        for place in weights.tensors.indices {
            let count = weights.tensors[place].bytes.count
            // Also between any samples.
            for byte in Set([0, count / 3, count / 2, count - 1]) {
                var changed = weights
                changed.tensors[place].bytes[byte] ^= 1
                others.append(try fingerprint(tiny, "{}", changed))
            }
        }
        #expect(Set(others).count == others.count)
    }

    @Test(arguments: ["tokenizer.json", "model.safetensors", "config.json"])
    func `Git LFS pointers are recognised before anything is parsed`(name: String) throws {
        try scratch.write("config.json", ModelConfigurationTests.tiny)
        try scratch.write("tokenizer.json", "{}")
        try scratch.write("model.safetensors", SafetensorsWriter().file())
        let path = try scratch.write(name, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
        #expect(throws: ModelError.gitPointer(path: path)) { try ModelFolder(path: scratch.path) }
    }
}
