import Foundation
import Testing

@testable import Reranker

@Suite struct HubCacheTests {
    private let scratch: ModelScratch
    private var cache: HubCache { HubCache(path: scratch.path) }
    private let commits = ["1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"]

    init() throws {
        scratch = try ModelScratch()
    }

    /// Lays files out as the Python tools do.
    private func lay(_ repository: String, _ commit: String, _ files: [String: [UInt8]], main: Bool) throws {
        let folder = "models--\(repository.replacing("/", with: "--"))"
        let snapshot = "\(scratch.path)/\(folder)/snapshots/\(commit)"
        try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        for (name, bytes) in files {
            let blob = StubHub.sha256(bytes)
            try scratch.write("\(folder)/blobs/\(blob)", bytes)
            #expect(symlink("../../blobs/\(blob)", "\(snapshot)/\(name)") == 0)
        }
        if main { try scratch.write("\(folder)/refs/main", commit) }
    }

    @Test func `An existing cache is used as it is`() throws {
        try lay("Qwen/Qwen3-Reranker-0.6B", commits[0], StubModel.single, main: false)
        try lay("Qwen/Qwen3-Reranker-0.6B", commits[1], StubModel.single, main: true)
        let name = try RepositoryName(parsing: "Qwen/Qwen3-Reranker-0.6B")
        let folder = "\(scratch.path)/models--Qwen--Qwen3-Reranker-0.6B/snapshots"
        #expect(cache.folder(name) == "\(folder)/\(commits[1])")
        #expect(cache.folder(name, revision: commits[0]) == "\(folder)/\(commits[0])")
        #expect(cache.folder(name, revision: "v2") == nil)
        let locator = ModelLocator(environment: HubEnvironment(["HF_HUB_CACHE": scratch.path]))
        #expect(try locator.folder(of: "Qwen/Qwen3-Reranker-0.6B") == "\(folder)/\(commits[1])")
        #expect(try locator.folder(of: "Qwen/Qwen3-Reranker-0.6B@\(commits[0])") == "\(folder)/\(commits[0])")
    }

    @Test func `A revision is found under the name it was fetched with, Hugging Face's before ModelScope's`() throws {
        for commit in commits { try lay("a/b", commit, StubModel.single, main: false) }
        try scratch.write("models--a--b/refs/modelscope/v1", commits[0])
        try scratch.write("models--a--b/refs/modelscope/v2", commits[0])
        try scratch.write("models--a--b/refs/v2", commits[1])
        let locator = ModelLocator(environment: HubEnvironment(["HF_HUB_CACHE": scratch.path]))
        let snapshots = "\(scratch.path)/models--a--b/snapshots"
        #expect(try locator.folder(of: "a/b@v1") == "\(snapshots)/\(commits[0])")
        #expect(try locator.folder(of: "a/b@v2") == "\(snapshots)/\(commits[1])")
        #expect(try locator.folder(of: "a/b@modelscope/v2") == "\(snapshots)/\(commits[0])")
    }

    @Test func `Models are listed with what is wrong with them`() throws {
        try lay("b/whole", commits[0], StubModel.single, main: true)
        var files = try StubModel.single
        files["model.safetensors"] = nil
        try lay("a/half", commits[1], files, main: false)
        try scratch.write("datasets--x--y/refs/main", commits[0])
        try scratch.write("version.txt", "1")
        let models = cache.models()
        #expect(models.map { "\($0.name)" } == ["a/half", "b/whole"])
        #expect(models.map(\.references) == [[], ["main"]])
        #expect(models[0].problem?.contains("model.safetensors") == true)
        #expect(models[1].problem == nil)
        #expect(models[1].size == (try StubModel.single.values.reduce(0) { $0 + Int64($1.count) }))
        #expect(HubCache(path: "/nowhere").models().isEmpty)
    }

    @Test(arguments: ["cut off", "other shapes", "no JSON", "pipe"])
    func `A model that is broken in what is cheap to see is not listed as ready`(damage: String) throws {
        var files = try StubModel.single
        switch damage {
        case "cut off": files["model.safetensors"]?.removeLast(4)
        case "other shapes":
            let text = String(decoding: try #require(files["config.json"]), as: UTF8.self)
            files["config.json"] = Array(text.replacing("\"hidden_size\": 24", with: "\"hidden_size\": 32").utf8)
            try #require(files["config.json"] != Array(text.utf8))
        case "no JSON": files["tokenizer.json"] = Array("{\"model\": ".utf8)
        default: files["model.safetensors"] = nil
        }
        try lay("a/broken", commits[0], files, main: true)
        if damage == "pipe" {
            let name = "\(scratch.path)/models--a--broken/snapshots/\(commits[0])/model.safetensors"
            #expect(mkfifo(name, 0o600) == 0)
        }
        let problem = try #require(cache.models().first?.problem)
        #expect(problem.contains(damage == "no JSON" ? "tokenizer.json" : "model.safetensors"), "\(problem)")
    }

    @Test func `A missing shard makes a model incomplete`() throws {
        var files = try StubModel.sharded
        files["model-00002-of-00003.safetensors"] = nil
        try lay("a/shards", commits[0], files, main: true)
        #expect(cache.models().first?.problem?.contains("model-00002-of-00003.safetensors") == true)
    }

    @Test func `What was not fetched is named with the remedy`() throws {
        let locator = ModelLocator(environment: HubEnvironment(["HF_HUB_CACHE": scratch.path]))
        let error = #expect(throws: HubError.notInCache(name: "org/none", cache: scratch.path)) {
            try locator.folder(of: "org/none")
        }
        #expect(error?.description.contains("aisle model pull org/none") == true)
        let revision = #expect(throws: HubError.self) { try locator.folder(of: "org/none@v1") }
        #expect(revision?.description.contains("`aisle model pull org/none --revision v1`") == true)
        #expect(throws: ModelError.noFolder(path: "/no/such/folder")) { try locator.folder(of: "/no/such/folder") }
        #expect(try locator.folder(of: scratch.path) == scratch.path)
    }

    @Test func `A reference that leads elsewhere is not followed`() throws {
        try lay("a/b", commits[0], StubModel.single, main: true)
        try scratch.write("models--a--b/refs/main", "../../../../etc")
        try scratch.write("models--a--b/refs/other", "")
        let name = try RepositoryName(parsing: "a/b")
        #expect(cache.folder(name, revision: "main") == nil)
        #expect(cache.folder(name, revision: "other") == nil)
    }

    @Test(arguments: ["", "a", "a/b/c", "/b", "a/", "../b", "a/..", "a/.b", "-a/b", "a b/c", "a/b--c", "a/b?c", "ä/b"])
    func `Names that could lead elsewhere are refused`(text: String) {
        #expect(throws: HubError.badName(text)) { try RepositoryName(parsing: text) }
    }

    @Test func `Names and folders correspond`() throws {
        let name = try RepositoryName(parsing: "Qwen/Qwen3-Reranker-0.6B")
        #expect(name.folder == "models--Qwen--Qwen3-Reranker-0.6B")
        #expect(RepositoryName(folder: name.folder) == name)
        #expect(RepositoryName(folder: "models--gpt2") == nil)
        #expect(RepositoryName(folder: "spaces--a--b") == nil)
    }
}
