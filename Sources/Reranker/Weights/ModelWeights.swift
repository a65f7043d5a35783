internal import Foundation

/// The tensors of a model, from one file or from shards, checked against its configuration.
package struct ModelWeights: Sendable {
    /// The file that was named in messages: `model.safetensors` or the index of the shards.
    package let path: String
    /// The file or shards, in order of name.
    package let files: [SafetensorsFile]
    /// Which of `files` holds a tensor.
    private let places: [String: Int]

    /// Opens the weights of a model's folder: `model.safetensors`, or the shards of `model.safetensors.index.json`.
    ///
    /// Every tensor the configuration asks for must be there with its shape, in a floating-point type, and nothing
    /// else; an `lm_head.weight` beside tied embeddings is not used, but no error either.
    ///
    /// - Throws: `WeightsError`.
    package init(folder: String, configuration: ModelConfiguration) throws {
        try self.init(folder: folder)
        try check(configuration)
    }

    /// Opens the weights of a folder without asking whether they make up a model.
    ///
    /// - Throws: `WeightsError`.
    package init(folder: String) throws {
        let single = "\(folder)/model.safetensors"
        let index = "\(single).index.json"
        if FileManager.default.fileExists(atPath: single) {
            let file = try SafetensorsFile(path: single)
            path = single
            files = [file]
            places = Dictionary(uniqueKeysWithValues: file.names.map { ($0, 0) })
        } else if FileManager.default.fileExists(atPath: index) {
            path = index
            (files, places) = try Self.shards(index: index, folder: folder)
        } else {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            let others = names.filter { name in
                [".bin", ".gguf", ".pt", ".pth", ".onnx"].contains { name.hasSuffix($0) }
            }
            throw WeightsError.noWeights(folder: folder, others: others.sorted())
        }
    }

    /// All tensors' names, sorted.
    package var names: [String] { places.keys.sorted() }

    /// Looks up a tensor.
    ///
    /// - Parameters:
    ///   - name: The checkpoint's name: `model.norm.weight`.
    ///   - shape: What its shape must be.
    /// - Returns: A view that keeps the file mapped.
    /// - Throws: `WeightsError.missingTensors`, `.tensorShape`, `.tensorType`.
    package func tensor(named name: String, shape: [Int]) throws -> TensorView {
        guard let place = places[name], let form = files[place].form(of: name) else {
            throw WeightsError.missingTensors(path: path, names: [name])
        }
        try check(name, form, shape: shape, file: files[place])
        guard let view = files[place].tensor(named: name) else {
            throw WeightsError.missingTensors(path: path, names: [name])
        }
        return view
    }

    private func check(_ configuration: ModelConfiguration) throws {
        var rest = Set(places.keys)
        var missing: [String] = []
        for (name, shape) in configuration.tensors {
            rest.remove(name)
            guard let place = places[name], let form = files[place].form(of: name) else {
                missing.append(name)
                continue
            }
            try check(name, form, shape: shape, file: files[place])
        }
        guard missing.isEmpty else { throw WeightsError.missingTensors(path: path, names: missing) }
        if configuration.tiesWordEmbeddings { rest.remove(ModelConfiguration.headName) }
        guard rest.isEmpty else { throw WeightsError.unexpectedTensors(path: path, names: rest.sorted()) }
    }

    private func check(
        _ name: String,
        _ form: (dtype: TensorDataType, shape: [Int]),
        shape: [Int],
        file: SafetensorsFile
    ) throws {
        guard form.shape == shape else {
            throw WeightsError.tensorShape(path: file.path, name: name, expected: shape, actual: form.shape)
        }
        guard form.dtype.isFloatingPoint else {
            throw WeightsError.tensorType(path: file.path, name: name, type: form.dtype)
        }
    }

    private static func shards(index: String, folder: String) throws -> ([SafetensorsFile], [String: Int]) {
        func problem(_ problem: WeightsError.IndexProblem) -> WeightsError { .badIndex(path: index, problem: problem) }
        let shards = try ShardIndex(folder: folder)
        var files: [SafetensorsFile] = []
        var places: [String: Int] = [:]
        for name in shards.files {
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)") else { throw problem(.missingFile(name)) }
            let file = try SafetensorsFile(path: "\(folder)/\(name)")
            for tensor in file.names {
                guard shards.map[tensor] == name else { throw problem(.unlistedTensor(tensor, file: name)) }
                places[tensor] = files.count
            }
            files.append(file)
        }
        for (tensor, file) in shards.map.sorted(by: { $0.key < $1.key }) where places[tensor] == nil {
            throw problem(.missingTensor(tensor, file: file))
        }
        return (files, places)
    }
}
