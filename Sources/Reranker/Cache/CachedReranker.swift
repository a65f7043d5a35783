internal import Foundation

/// A backend that asks a cache first and scores only what is not there.
public struct CachedReranker: RerankBackend {
    private let backend: any RerankBackend
    private let cache: ScoreCache
    private let now: @Sendable () -> Double

    /// Puts a cache in front of a backend.
    ///
    /// - Parameters:
    ///   - backend: What scores the rest; its fingerprint has to change whenever its scores would.
    ///   - cache: Any number of backends may share one.
    public init(_ backend: any RerankBackend, cache: ScoreCache) {
        self.init(backend, cache: cache) { Date().timeIntervalSince1970 }
    }

    /// The same with a clock of its own, in seconds since 1970.
    init(_ backend: any RerankBackend, cache: ScoreCache, now: @escaping @Sendable () -> Double) {
        self.backend = backend
        self.cache = cache
        self.now = now
    }

    /// The backend's own description.
    public var description: BackendDescription { backend.description }

    /// Scores a request; see `scoreCounting`.
    public func score(_ request: RerankRequest) async throws -> RerankResult {
        try await scoreCounting(request).result
    }

    /// Scores a request, and says how many of its documents' scores came out of the cache.
    ///
    /// The backend gets the documents that are not in the cache, each text once, in their order, with the request's
    /// deadline. When it fails although others were in the cache, those are the result: something was scored.
    ///
    /// - Parameters:
    ///   - request: What to score.
    ///   - asksBackend: False takes what is cached and leaves the rest without scores.
    /// - Returns: The result, whose `promptTokens` counts what was computed now (and whose
    ///   `failure` is the backend's, where others were cached), and the number of cached scores.
    /// - Throws: What the backend throws when nothing was cached either, and `CancellationError`.
    public func scoreCounting(
        _ request: RerankRequest,
        asksBackend: Bool = true
    ) async throws -> (result: RerankResult, cached: Int) {
        let keys = ScoreKey.keys(of: request, backend: backend.description, now: now())
        var scores = await cache.scores(keys)
        let cached = scores.count { $0 != nil }
        var missing: [Int] = []
        var seen = Set<ScoreKey>()
        for place in keys.indices where scores[place] == nil && seen.insert(keys[place]).inserted {
            missing.append(place)
        }
        var promptTokens: Int? = 0, failure: String?, isLate = false
        if !missing.isEmpty, asksBackend {
            var rest = request
            rest.documents = missing.map { request.documents[$0] }
            do {
                let result = try await backend.score(rest)
                (promptTokens, failure, isLate) = (result.promptTokens, result.failure, result.isLate)
                let computed = Self.entries(result, keys: missing.map { keys[$0] })
                cache.keep(Array(computed))
                let found = Dictionary(computed) { first, _ in first }
                for place in keys.indices where scores[place] == nil { scores[place] = found[keys[place]] }
            } catch {
                guard cached > 0, !(error is CancellationError) else { throw error }
                failure = if let error = error as? RemoteError { error.failure } else { "\(error)" }
            }
        }
        let result = RerankResult(
            scores: scores.map { $0.map { RelevanceScore(margin: $0.margin) } },
            promptTokens: promptTokens,
            truncated: scores.indices.filter { scores[$0]?.isTruncated == true },
            isQueryTruncated: scores.contains { $0?.isQueryTruncated == true },
            failure: failure,
            isLate: isLate
        )
        return (result, cached)
    }

    /// A backend's scores by key; documents it did not get to are left out.
    private static func entries(_ result: RerankResult, keys: [ScoreKey]) -> [(ScoreKey, CachedScore)] {
        let truncated = Set(result.truncated)
        return zip(keys, result.scores).enumerated().compactMap { place, entry in
            entry.1.map { score in
                let cached = CachedScore(
                    margin: score.margin,
                    isTruncated: truncated.contains(place),
                    isQueryTruncated: result.isQueryTruncated
                )
                return (entry.0, cached)
            }
        }
    }
}
