import Foundation
import Reranker

/// A reranker with its score cache, or why there is none.
struct OpenedBackend {
    /// Nil: there is none.
    let backend: (any RerankBackend)?
    /// Why there is none, where one was wanted.
    let unavailable: String?
    private let cache: ScoreCache?

    /// Opens a model; nil opens none.
    ///
    /// A model that cannot be opened is no error: every answer says what is wrong with it.
    static func open(_ model: String?, engine: EngineOptions, caches: Bool) async -> OpenedBackend {
        do {
            return try await openOrFail(model, engine: engine, caches: caches)
        } catch {
            return OpenedBackend(backend: nil, unavailable: "\(error)", cache: nil)
        }
    }

    /// The same, where a model that cannot be opened is an error.
    static func openOrFail(_ model: String?, engine: EngineOptions, caches: Bool) async throws -> OpenedBackend {
        guard let model else { return OpenedBackend(backend: nil, unavailable: nil, cache: nil) }
        let (backend, cache) = try await cached(model, engine: engine, caches: caches)
        return OpenedBackend(backend: backend, unavailable: nil, cache: cache)
    }

    /// A model with the score cache in front of it, which is to be flushed in the end; without one if it is not wanted.
    static func cached(
        _ model: String,
        engine: EngineOptions,
        caches: Bool
    ) async throws -> (backend: any RerankBackend, cache: ScoreCache?) {
        let backend = try await OpenModel.backend(model, options: engine.options)
        guard caches else { return (backend, nil) }
        let cache = ScoreCache(path: ScoreCache.defaultPath(ProcessInfo.processInfo.environment))
        return (CachedReranker(backend, cache: cache), cache)
    }

    /// Waits until new scores are kept.
    func finish() async { await cache?.flush() }
}
