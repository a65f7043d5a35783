internal import Foundation

/// A model on disk as Hugging Face publishes it: `config.json`, `tokenizer.json`, and weights in safetensors.
public struct ModelFolder: Sendable, Equatable {
    /// Where it is, as it was given.
    public let path: String
    /// Its configuration.
    public let configuration: ModelConfiguration

    /// The file of quantized weights that is left beside a model.
    static let quantizedName = "aisle-int8.bin"

    /// The files every model needs.
    private static let required = ["config.json", "tokenizer.json"]
    private static let weights = ["model.safetensors", ShardIndex.name]

    /// Looks at a folder and reads its configuration; weights and tokenizer are only looked for.
    ///
    /// - Throws: `ModelError`, which names everything that is missing at once; `WeightsError` for a bad list of shards.
    public init(path: String) throws {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw ModelError.noFolder(path: path)
        }
        // A pipe of that name would be waited for.
        func exists(_ name: String) -> Bool { HubCache.size("\(path)/\(name)") != nil }
        var missing = Self.required.filter { !exists($0) }
        if !Self.weights.contains(where: exists) { missing.append(Self.weights[0]) }
        if !exists(Self.weights[0]), exists(ShardIndex.name) {
            missing += try ShardIndex(folder: path).files.filter { !exists($0) }
        }
        guard missing.isEmpty else { throw ModelError.missingFiles(folder: path, names: missing) }
        for name in Self.required + Self.weights where exists(name) {
            guard try !Self.isGitPointer("\(path)/\(name)") else {
                throw ModelError.gitPointer(path: "\(path)/\(name)")
            }
        }
        self.path = path
        configuration = try Self.configuration(folder: path)
    }

    /// Reads the configuration of a folder that may not be complete yet.
    ///
    /// - Throws: `ModelError`.
    static func configuration(folder: String) throws -> ModelConfiguration {
        let file = "\(folder)/config.json"
        return try ModelConfiguration(json: bytes(of: file, limit: 2 << 20), path: file)
    }

    /// Where the tokenizer is.
    public var tokenizerPath: String { "\(path)/tokenizer.json" }

    /// Maps the weights and checks them against the configuration.
    ///
    /// - Throws: `WeightsError`.
    package func openWeights() throws -> ModelWeights {
        try ModelWeights(folder: path, configuration: configuration)
    }

    /// Looks for what can be found without reading the weights' numbers: files that were cut off, tensors that are not
    /// those of the configuration, a tokenizer that is no JSON.
    ///
    /// - Throws: `WeightsError`, `TokenizerError`.
    package func check() throws {
        _ = try openWeights()
        let file = try MemoryRegion(mapping: tokenizerPath)
        try file.withUnsafeBytes(in: 0..<file.count) { bytes in
            do throws(TokenizerFileProblem) {
                _ = try TokenizerJSON(bytes.bindMemory(to: UInt8.self))
            } catch {
                throw TokenizerError.file(path: tokenizerPath, problem: error)
            }
        }
    }

    private static func isGitPointer(_ path: String) throws -> Bool {
        try bytes(of: path, limit: 128).withUnsafeBytes(GitPointer.matches)
    }

    /// The first bytes of a file.
    private static func bytes(of path: String, limit: Int) throws -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw ModelError.system(path: path, code: errno, doing: "open") }
        defer { fclose(file) }
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            count = fread(buffer.baseAddress, 1, limit, file)
        }
        guard ferror(file) == 0 else { throw ModelError.system(path: path, code: EIO, doing: "read") }
        return bytes
    }
}
