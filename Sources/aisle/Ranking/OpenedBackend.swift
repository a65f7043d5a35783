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
        guard let model else { return OpenedBackend(backend: nil, unavailable: nil, cache: nil) }
        do {
            let backend = try await OpenModel.backend(model, options: engine.options)
            let path = ScoreCache.defaultPath(ProcessInfo.processInfo.environment)
            guard caches else { return OpenedBackend(backend: backend, unavailable: nil, cache: nil) }
            let cache = ScoreCache(path: path)
            return OpenedBackend(backend: CachedReranker(backend, cache: cache), unavailable: nil, cache: cache)
        } catch {
            return OpenedBackend(backend: nil, unavailable: "\(error)", cache: nil)
        }
    }

    /// Waits until new scores are kept.
    func finish() async { await cache?.flush() }
}
