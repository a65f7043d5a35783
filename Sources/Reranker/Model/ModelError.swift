internal import Glibc

/// What can be wrong with a model's folder or its configuration.
public enum ModelError: Error, Sendable, Equatable {
    /// Nothing, or no folder, is at this path.
    case noFolder(path: String)
    /// The program's resources, which hold the bundled model, are not where the program is.
    case noBundledModel(path: String, resources: String)
    /// Files a model needs that its folder lacks.
    case missingFiles(folder: String, names: [String])
    /// The small text file that Git keeps in place of a large one.
    case gitPointer(path: String)
    /// The system refused: errno, and what was being done.
    case system(path: String, code: Int32, doing: String)
    /// A configuration that cannot be read or asks for what is not supported; `reason` completes a sentence that
    /// begins with the field, or with the file where there is no field.
    case badConfiguration(path: String, field: String?, reason: String)
}

extension ModelError: CustomStringConvertible {
    /// One sentence that says what was wrong and what to do.
    public var description: String {
        switch self {
        case .noFolder(let path):
            """
            There is no folder \(path): give a model's folder, or a name that was fetched with \
            `aisle model pull NAME`.
            """
        case .noBundledModel(let path, let resources):
            """
            The bundled model is not at \(path): keep the folder \(resources) of the build beside the program, or give \
            another model's folder.
            """
        case .missingFiles(let folder, let names):
            """
            \(folder) is no complete model, it lacks \(names.joined(separator: ", ")): fetch it with \
            `aisle model pull NAME`, for example Qwen/Qwen3-Reranker-0.6B.
            """
        case .gitPointer(let path):
            """
            \(path) is a Git LFS pointer, not the file itself: run `git lfs pull` in its folder, or fetch the model \
            with `aisle model pull`.
            """
        case .system(let path, let code, let doing): "Cannot \(doing) \(path): \(String(cString: strerror(code)))."
        case .badConfiguration(let path, let field?, let reason): "\(path): \(field) \(reason)."
        case .badConfiguration(let path, nil, let reason): "\(path) \(reason)."
        }
    }
}
