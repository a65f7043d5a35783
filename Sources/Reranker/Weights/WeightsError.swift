internal import Glibc

/// What can be wrong with a model's weights.
package enum WeightsError: Error, Sendable, Equatable {
    /// The system refused: errno, and what was being done.
    case system(path: String, code: Int32, doing: String)
    case emptyFile(path: String)
    /// The small text file that Git keeps in place of a large one.
    case gitPointer(path: String)
    case badSafetensors(path: String, problem: SafetensorsProblem)
    /// `model.safetensors.index.json` is not what it should be.
    case badIndex(path: String, problem: IndexProblem)
    /// Neither `model.safetensors` nor its index is there; `others` are weights in formats that are not read.
    case noWeights(folder: String, others: [String])
    /// Tensors that the configuration asks for and no file holds.
    case missingTensors(path: String, names: [String])
    /// Tensors that are no part of the model the configuration describes.
    case unexpectedTensors(path: String, names: [String])
    case tensorShape(path: String, name: String, expected: [Int], actual: [Int])
    case tensorType(path: String, name: String, type: TensorDataType)

    /// What can be wrong with the list of shards.
    package enum IndexProblem: Sendable, Equatable {
        /// Not JSON, or without a `weight_map` of strings.
        case noWeightMap
        /// A shard with a path instead of a plain name.
        case fileName(String)
        /// A shard that is listed but not there.
        case missingFile(String)
        /// A tensor that its shard does not hold.
        case missingTensor(String, file: String)
        /// A tensor in a shard that the list places elsewhere or not at all.
        case unlistedTensor(String, file: String)
    }
}

extension WeightsError: CustomStringConvertible {
    /// One sentence that says what was wrong and what to do.
    package var description: String {
        switch self {
        case .system(let path, let code, let doing): "Cannot \(doing) \(path): \(String(cString: strerror(code)))."
        case .emptyFile(let path): "\(path) is empty: \(Self.again)"
        case .gitPointer(let path):
            """
            \(path) is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder, or fetch the model \
            with `aisle model pull`.
            """
        case .badSafetensors(let path, let problem): "\(path) \(problem): \(Self.again)"
        case .badIndex(let path, let problem): "\(path) \(problem): \(Self.again)"
        case .noWeights(let folder, let others) where others.isEmpty:
            "There is no model.safetensors in \(folder): \(Self.again)"
        case .noWeights(let folder, let others):
            """
            There is no model.safetensors in \(folder), only \(others.prefix(3).joined(separator: ", ")), which is not \
            read: get the model in safetensors with `aisle model pull`.
            """
        case .missingTensors(let path, let names):
            "\(path) lacks \(Self.list(names)), which config.json asks for: \(Self.again)"
        case .unexpectedTensors(let path, let names):
            """
            \(path) holds \(Self.list(names)), no part of the model config.json describes: the files are of different \
            models, or the model is of a kind that is not supported.
            """
        case .tensorShape(let path, let name, let expected, let actual):
            """
            Tensor `\(name)` of \(path) has shape \(actual), but config.json makes it \(expected): the files are of \
            different models.
            """
        case .tensorType(let path, let name, let type):
            """
            Tensor `\(name)` of \(path) has type \(type.rawValue); BF16, F16 and F32 are supported: take the model that \
            was quantized, or save this one in one of those types.
            """
        }
    }

    private static let again = "fetch the model again with `aisle model pull --verify`."

    /// `tensor a` or `tensors a, b, c and 17 more`.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(5).map { "`\($0.prefix(100))`" }.joined(separator: ", ")
        let more = names.count > 5 ? " and \(names.count - 5) more" : ""
        return "tensor\(names.count == 1 ? "" : "s") \(shown)\(more)"
    }
}

extension WeightsError.IndexProblem: CustomStringConvertible {
    /// The end of a sentence that begins with the file's name.
    package var description: String {
        switch self {
        case .noWeightMap: "is no list of shards (JSON with a `weight_map`)"
        case .fileName(let name): "names a shard `\(name.prefix(100))`, which is no plain file name"
        case .missingFile(let name): "lists \(name.prefix(100)), which is not there"
        case .missingTensor(let tensor, let file): "places `\(tensor.prefix(100))` in \(file), which does not hold it"
        case .unlistedTensor(let tensor, let file): "does not place `\(tensor.prefix(100))`, which \(file) holds, there"
        }
    }
}
