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

    @Test(arguments: ["tokenizer.json", "model.safetensors", "config.json"])
    func `Git LFS pointers are recognised before anything is parsed`(name: String) throws {
        try scratch.write("config.json", ModelConfigurationTests.tiny)
        try scratch.write("tokenizer.json", "{}")
        try scratch.write("model.safetensors", SafetensorsWriter().file())
        let path = try scratch.write(name, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n")
        #expect(throws: ModelError.gitPointer(path: path)) { try ModelFolder(path: scratch.path) }
    }
}
