import Clicks
public import Foundation
import Hummingbird
import Logging
import NIOCore
import Ranking
public import Reranker
public import Retriever
import ServiceLifecycle
import UnixSignals

/// The HTTP server of a shop: search, suggestions, documents, operations.
public struct ShopServer: Sendable {
    let parts: ServerParts

    /// A server that is not running yet.
    ///
    /// - Parameters:
    ///   - settings: What holds for all requests.
    ///   - index: The index, open; it need not follow its file, the server looks for new ones.
    ///   - backend: The reranker, with its score cache around it; nil: there is none.
    ///   - watched: The same reranker without its cache, where it is a server: looked for and checked while this one runs.
    ///   - unavailable: Why there is none, where one was wanted.
    ///   - log: Takes the lines of the log.
    /// - Throws: `AccessKeyError.open` where the network could do what nobody allowed it; `ServerSettingsError`.
    public init(
        settings: ServerSettings,
        index: ProductIndex,
        backend: (any RerankBackend)? = nil,
        watched: WatchedReranker? = nil,
        unavailable: String? = nil,
        log: @escaping @Sendable (Data) -> Void
    ) throws {
        guard AccessPolicy.isLoopback(settings.host) || settings.access.isDecided else {
            throw AccessKeyError.open(host: settings.host)
        }
        let stage = settings.shop.stage ?? (backend == nil && unavailable == nil ? .bm25 : .fused)
        try Self.check(settings, stage: stage, hasModel: backend != nil || unavailable != nil)
        let metrics = ServerMetrics()
        let pipeline = RankingPipeline(
            index: index,
            backend: backend,
            unavailable: unavailable,
            clicks: settings.events?.evidence,
            settings: settings.shop.ranking
        )
        let search = SearchService(index: index, pipeline: pipeline, settings: settings, metrics: metrics)
        parts = ServerParts(
            settings: settings,
            index: index,
            search: search,
            writes: Admission(.init(places: 1, waiting: settings.limits.waiting)),
            rerank: RerankService(
                backend: backend,
                unavailable: unavailable,
                instruction: settings.shop.ranking.instruction,
                admission: search.reranks
            ),
            watched: watched,
            metrics: metrics,
            log: ServerLog(output: log),
            stage: stage,
            lifecycle: Lifecycle()
        )
    }

    /// - Throws: `ServerSettingsError`.
    private static func check(
        _ settings: ServerSettings,
        stage: RankingStage,
        hasModel: Bool
    ) throws(ServerSettingsError) {
        let weight = settings.shop.clicks.weight
        guard weight == 0 || hasModel else { throw .clicksWithoutModel(weight: weight) }
        if weight > 0 { settings.events?.evidence.want() }
        guard let experiment = settings.experiment else { return }
        guard let events = settings.events else { throw .experimentWithoutEvents }
        let names = experiment.interleaving
        var a = RankingRequest(SearchRequest(""))
        settings.shop.rank(&a, stage: stage)
        let b = experiment.request(a, stage: stage)
        guard a != b else { throw .experimentOfEquals(a: names.a, b: names.b) }
        for (name, request) in [(names.a, a), (names.b, b)] where request.stage != .bm25 {
            guard hasModel else { throw .experimentWithoutModel(configuration: name) }
        }
        if b.clicks.weight > 0 { events.evidence.want() }
    }

    /// Serves until a SIGTERM or SIGINT; then finishes what is under way, for as long as the settings allow.
    ///
    /// - Parameter onReady: Called once, with the port, when requests are taken.
    /// - Throws: When the address cannot be listened at.
    public func run(onReady: @escaping @Sendable (_ port: Int) -> Void = { _ in }) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services(onReady: onReady),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Self.quietLogger
        )
        configuration.maximumGracefulShutdownDuration = parts.settings.drainTime
        try await ServiceGroup(configuration: configuration).run()
    }

    /// The framework's own messages are not for the log's readers.
    static let quietLogger = Logger(label: "aisle", factory: { _ in SwiftLogNoOpLogHandler() })
}
