import ArgumentParser
import Foundation
import Ranking
import Retriever
import SearchServer

/// `aisle serve`: the HTTP server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve an index over HTTP.",
        discussion: """
            GET /search?q=words searches; /openapi.json says what else there is. An index that is built or updated \
            while the server runs is taken up without a failed request. SIGTERM and Ctrl-C finish what is under way.
            """
    )

    @Option(help: "The index file.")
    var index: String

    @Option(help: "A model's folder, the name of a fetched model, or a server's URL (vllm+http://...).")
    var model: String?

    @OptionGroup var engine: EngineOptions

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen at; 0 takes a free one.")
    var port = 8080

    @Option(help: "The reranker's task in a sentence, in English; default: the model's.")
    var instruction: String?

    @Option(help: "Folder of reports (aisle eval --report DIR/NAME.html --json > DIR/NAME.json) that the page shows.")
    var reports: String?

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
    }

    func run() async throws {
        do {
            var settings = ServerSettings(index: index)
            settings.host = host
            settings.port = port
            settings.reports = reports
            var ranking = RankingPipeline.Settings()
            ranking.instruction = instruction
            let opened = await OpenedBackend.open(model, engine: engine, caches: !noCache)
            let server = ShopServer(
                settings: settings,
                index: try ProductIndex(path: index),
                backend: opened.backend,
                unavailable: opened.unavailable,
                ranking: ranking,
                log: { FileHandle.standardError.write($0) }
            )
            let host = host.contains(":") ? "[\(host)]" : host
            try await server.run { port in print("http://\(host):\(port)/") }
            await opened.finish()
        } catch {
            throw CommandFailure(error)
        }
    }
}
