import Hummingbird
import HummingbirdCore
import NIOCore
import ServiceLifecycle

extension ShopServer {
    /// Everything the server can be asked: by programs, and the page for people.
    var endpoints: [Endpoint] { interface + PageEndpoints().all }

    /// What programs can ask, as `/openapi.json` describes it.
    var interface: [Endpoint] {
        let endpoints =
            SearchEndpoints(parts: parts).all + SuggestEndpoints(parts: parts).all
            + DocumentEndpoints(parts: parts).all + AnalyzeEndpoints(parts: parts).all
            + HealthEndpoints(parts: parts).all + MetricsEndpoints(parts: parts).all
            + RerankEndpoints(parts: parts).all
            + ReportEndpoints(parts: parts).all + EventEndpoints(parts: parts).all
        return endpoints + DescriptionEndpoints(parts: parts).all(describing: endpoints)
    }

    /// What runs, in the order it is started; stopped in the opposite one.
    func services(onReady: @escaping @Sendable (_ port: Int) -> Void) -> [any Service] {
        [application(onReady: onReady), LifecycleWatch(lifecycle: parts.lifecycle)]
    }

    /// What goes on beside the requests.
    private var watches: [any Service] {
        let settings = parts.settings
        var watches: [any Service] = [
            IndexWatch(
                index: parts.index,
                search: parts.search,
                metrics: parts.metrics,
                log: parts.log,
                interval: settings.reloadInterval
            )
        ]
        if let events = settings.events {
            watches.append(
                EvidenceRefresh(
                    events: events,
                    log: parts.log,
                    interval: settings.evidenceInterval
                )
            )
        }
        if let watched = parts.watched { watches.append(RerankerWatch(reranker: watched, log: parts.log)) }
        return watches
    }

    /// The application: router, middlewares, server.
    func application(
        onReady: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) -> some ApplicationProtocol & Service {
        let settings = parts.settings
        let lifecycle = parts.lifecycle
        return Application(
            router: router(),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        ConnectionDeadlines(settings.connectionTimes), ProtocolErrorAnswer(), ClientPresence(),
                    ]
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: "aisle",
                availableConnectionsDelegate: .maximum(settings.limits.connections, logger: Self.quietLogger)
            ),
            services: watches,
            onServerRunning: { channel in
                lifecycle.start()
                onReady(channel.localAddress?.port ?? settings.port)
            },
            logger: Self.quietLogger
        )
    }

    /// The router over all endpoints.
    private func router() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        let endpoints = endpoints
        router.middlewares.add(RequestLog(log: parts.log, metrics: parts.metrics))
        router.middlewares.add(CrossOrigin(origins: parts.settings.origins))
        router.middlewares.add(ErrorMiddleware(endpoints: endpoints))
        router.middlewares.add(RerankErrorMiddleware())
        router.middlewares.add(
            AccessMiddleware(
                policy: parts.settings.access,
                trustsForwardedFor: parts.settings.trustsForwardedFor
            )
        )
        let access = parts.settings.access
        let lifecycle = parts.lifecycle
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                try access.check(endpoint.access, context.holder)
                if lifecycle.state == .stopping, endpoint.access != .open { throw ServerError.stopping }
                return try await endpoint.respond(request, context)
            }
        }
        return router
    }
}
