import Foundation
import Reranker

/// A reranker with its score cache, or why there is none.
struct OpenedBackend {
    /// Nil: there is none.
    let backend: (any RerankBackend)?
    /// Why there is none, where one was wanted.
    let unavailable: String?
    /// The same reranker without its cache, where it is a server that somebody keeps an eye on.
    private(set) var watched: WatchedReranker?
    private let cache: ScoreCache?

    /// Opens a model; nil opens none.
    ///
    /// A model that cannot be opened is no error: every answer says what is wrong with it.
    static func open(
        _ model: String?,
        engine: EngineOptions,
        caches: Bool,
        check: ServerCheck?
    ) async -> OpenedBackend {
        do {
            return try await openOrFail(model, engine: engine, caches: caches, check: check)
        } catch {
            return OpenedBackend(backend: nil, unavailable: "\(error)", cache: nil)
        }
    }

    /// The same for a program that goes on for long: a server may be away now.
    static func openForServer(
        _ model: String?,
        engine: EngineOptions,
        caches: Bool,
        checks: Bool
    ) async -> OpenedBackend {
        guard let model, RemoteEndpoint.isEndpoint(model) else {
            return await open(model, engine: engine, caches: caches, check: nil)
        }
        do {
            let watched = try WatchedReranker(model, checks: checks)
            // What is wrong is logged by whoever watches.
            try? await watched.connect()
            let (backend, cache) = cached(watched, caches ? scoreCache() : nil)
            return OpenedBackend(backend: backend, unavailable: nil, watched: watched, cache: cache)
        } catch {
            return OpenedBackend(backend: nil, unavailable: "\(error)", cache: nil)
        }
    }

    /// The same, where a model that cannot be opened is an error.
    static func openOrFail(
        _ model: String?,
        engine: EngineOptions,
        caches: Bool,
        check: ServerCheck?
    ) async throws -> OpenedBackend {
        guard let model else { return OpenedBackend(backend: nil, unavailable: nil, cache: nil) }
        let (backend, cache) = try await cached(model, engine: engine, caches: caches, check: check)
        return OpenedBackend(backend: backend, unavailable: nil, cache: cache)
    }

    /// A model with the score cache in front of it, which is to be flushed in the end; without one if it is not wanted.
    ///
    /// With a check, a server's scores are looked at first; where they are in doubt that is said, and they are not kept.
    static func cached(
        _ model: String,
        engine: EngineOptions,
        caches: Bool,
        check: ServerCheck?
    ) async throws -> (backend: any RerankBackend, cache: ScoreCache?) {
        let backend = try await OpenModel.backend(model, options: engine.options)
        let cache = caches ? scoreCache() : nil
        var isTrusted = true
        if let check, let server = backend as? RemoteReranker {
            isTrusted = await check.warn(of: server, remembering: cache)
        }
        return cached(backend, isTrusted ? cache : nil)
    }

    private static func scoreCache() -> ScoreCache {
        ScoreCache(path: ScoreCache.defaultPath(ProcessInfo.processInfo.environment))
    }

    private static func cached(
        _ backend: any RerankBackend,
        _ cache: ScoreCache?
    ) -> (backend: any RerankBackend, cache: ScoreCache?) {
        guard let cache else { return (backend, nil) }
        return (CachedReranker(backend, cache: cache), cache)
    }

    /// Waits until new scores are kept.
    func finish() async { await cache?.finish() }
}

extension ScoreCache {
    /// Waits until new scores are kept, and says on standard error if they could not be.
    func finish() async {
        await flush()
        if let problem = await problem { Terminal.printError("warning: scores are not kept: \(problem)") }
    }
}
