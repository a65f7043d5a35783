public import Foundation

/// How MODEL, as people write it, becomes a backend.
public enum OpenModel {
    /// What may be chosen about a model in this process.
    public struct Options: Sendable {
        /// How the numbers are multiplied.
        public var precision: Precision
        /// Threads to compute on; nil: one for each core.
        public var threads: Int?
        /// Most tokens of a prompt, as far as the model allows.
        public var maxLength: Int

        /// Options; the defaults are the fast ones, and the model card's length.
        public init(precision: Precision = .auto, threads: Int? = nil, maxLength: Int = 8192) {
            self.precision = precision
            self.threads = threads
            self.maxLength = maxLength
        }
    }

    /// Opens a model: a server's URL, a folder, the name of a model that was fetched from a hub, or the bundled one.
    ///
    /// - Parameters:
    ///   - model: `vllm+http://...`, `./folder`, `Qwen/Qwen3-Reranker-0.6B`, `bundled`.
    ///   - options: For a model in this process; servers have their own.
    ///   - environment: Keys of servers, and where fetched models are.
    /// - Returns: A backend that is ready.
    /// - Throws: An error that describes itself: no such model, damaged files, nobody at the URL.
    public static func backend(
        _ model: String,
        options: Options = Options(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> any RerankBackend {
        if RemoteEndpoint.isEndpoint(model) {
            return try await RemoteReranker.connect(model, environment: environment)
        }
        return try local(model, options: options, environment: environment)
    }

    /// Opens a model that runs in this process.
    ///
    /// - Throws: As `backend`.
    public static func local(
        _ model: String,
        options: Options = Options(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> LocalReranker {
        let path = try ModelLocator(environment: HubEnvironment(environment)).folder(of: model)
        return try LocalReranker(
            ModelFolder(path: path),
            precision: options.precision,
            threads: options.threads,
            maxLength: options.maxLength,
            name: model,
            digests: FileDigests.defaultPath(environment)
        )
    }
}
