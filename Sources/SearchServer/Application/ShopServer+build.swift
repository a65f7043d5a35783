import Hummingbird
import NIOCore
import ServiceLifecycle

extension ShopServer {
    /// Everything the server can be asked.
    var endpoints: [Endpoint] {
        SearchEndpoints(parts: parts).all + HealthEndpoints(parts: parts).all + PageEndpoints().all
            + reportEndpoints
    }

    /// Reports are asked for only where there is a folder of them.
    private var reportEndpoints: [Endpoint] {
        parts.settings.reports.map { ReportEndpoints(folder: ReportFolder(path: $0)).all } ?? []
    }

    /// The application: router, middlewares, server.
    func application(
        onReady: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) -> some ApplicationProtocol & Service {
        let settings = parts.settings
        let lifecycle = parts.lifecycle
        return Application(
            router: router(),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                serverName: "aisle"
            ),
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
        router.middlewares.add(RequestLog(output: log))
        router.middlewares.add(ErrorMiddleware(endpoints: endpoints))
        for endpoint in endpoints {
            router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                try await endpoint.respond(request, context)
            }
        }
        return router
    }
}
