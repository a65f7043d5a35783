import ArgumentParser
import Clicks
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

    @OptionGroup var check: CheckOptions

    @Option(help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen at; 0 takes a free one.")
    var port = 8080

    @Option(help: "The reranker's task in a sentence, in English; default: the model's.")
    var instruction: String?

    @Option(help: "File of keys, one a line: NAME SCOPES KEY, with scopes search, write, admin; AISLE_KEYS has more.")
    var keys: String?

    @Option(help: "What may be done without a key: scopes with commas, or none; default: all at loopback without keys.")
    var anonymous: String?

    @Option(help: "Origin of pages that may ask from a browser (https://shop.example), or *. May be repeated.")
    var origin: [String] = []

    @Flag(help: "A proxy stands before the server: take clients' addresses from X-Forwarded-For.")
    var trustForwarded = false

    @Option(help: "Milliseconds a request may take, waiting and computing together.")
    var timeLimitMs = 10_000

    @Option(help: "Searches with the reranker that work at a time.")
    var reranks = RequestLimits().reranks

    @Option(help: "Documents, or pairs, of a request to the rerank endpoints.")
    var rerankDocuments = RerankLimits().documents

    @Option(help: "Milliseconds a request to the rerank endpoints may take.")
    var rerankTimeMs = Int(RerankLimits().time / .milliseconds(1))

    @Option(help: "Mebibytes of the body of a request to the rerank endpoints.")
    var rerankBodyMib = RerankLimits().bodyBytes >> 20

    @Option(help: "Requests that wait for a place; further ones are refused with 503.")
    var waiting = RequestLimits().waiting

    @Option(help: "Megabytes of answers to hot queries that are kept; 0 keeps none.")
    var answerCacheMb = 64

    @Option(help: "Seconds that requests under way may take to finish when the server is told to stop.")
    var drainSeconds = 20

    @Option(help: "JSON file that says how the shop ranks: stage, fusion, instructions, template, rules.")
    var settings: String?

    @Option(help: "File that keeps events and what searches showed, made where it is missing; default: none are taken.")
    var events: String?

    @Option(
        help: """
            JSON file of a second way to rank (name, share, stage, fusion, ...): that share of shoppers sees both in one \
            list; `aisle events compare` says which is better. Needs --events.
            """
    )
    var interleave: String?

    @Option(help: "Folder of reports (aisle eval --report DIR/NAME.html --json > DIR/NAME.json) that the page shows.")
    var reports: String?

    @Flag(help: "Neither look scores up nor keep them.")
    var noCache = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is 0 to 65535.") }
        guard (1...600_000).contains(timeLimitMs) else { throw ValidationError("--time-limit-ms is 1 to 600000.") }
        guard (1...1000).contains(reranks) else { throw ValidationError("--reranks is 1 to 1000.") }
        guard (1...10_000).contains(rerankDocuments) else {
            throw ValidationError("--rerank-documents is 1 to 10000.")
        }
        guard (1...3_600_000).contains(rerankTimeMs) else { throw ValidationError("--rerank-time-ms is 1 to 3600000.") }
        guard (1...256).contains(rerankBodyMib) else { throw ValidationError("--rerank-body-mib is 1 to 256.") }
        guard (0...100_000).contains(waiting) else { throw ValidationError("--waiting is 0 to 100000.") }
        guard (0...100_000).contains(answerCacheMb) else {
            throw ValidationError("--answer-cache-mb is 0 to 100000.")
        }
        guard (0...3600).contains(drainSeconds) else { throw ValidationError("--drain-seconds is 0 to 3600.") }
        _ = try anonymousScopes()
    }

    /// What the options say.
    private func serverSettings() throws -> ServerSettings {
        var keyList = AccessKeys()
        if let keys {
            guard let data = FileManager.default.contents(atPath: keys) else { throw AccessKeyError.noFile(path: keys) }
            try keyList.add(String(decoding: data, as: UTF8.self), source: keys)
        }
        if let more = ProcessInfo.processInfo.environment["AISLE_KEYS"] {
            try keyList.add(more, source: "AISLE_KEYS")
        }
        var settings = ServerSettings(index: index)
        if let path = self.settings { settings.shop = try Self.read(path) { try ShopSettings(json: $0) } }
        if let instruction { settings.shop.ranking.instruction = instruction }
        if let path = interleave {
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let shop = settings.shop
            settings.experiment = try Self.read(path) { try RankingExperiment(json: $0, name: name, over: shop) }
        }
        settings.host = host
        settings.port = port
        settings.access = AccessPolicy(keys: keyList, anonymous: try anonymousScopes())
        settings.origins = Set(origin)
        settings.trustsForwardedFor = trustForwarded
        settings.limits.time = .milliseconds(timeLimitMs)
        settings.limits.reranks = reranks
        settings.limits.waiting = waiting
        settings.cachedBytes = answerCacheMb << 20
        settings.limits.rerank.documents = rerankDocuments
        settings.limits.rerank.time = .milliseconds(rerankTimeMs)
        settings.limits.rerank.bodyBytes = rerankBodyMib << 20
        settings.drainTime = .seconds(drainSeconds)
        settings.reports = reports
        return settings
    }

    /// Reads a file of settings.
    private static func read<Settings>(_ path: String, _ body: (Data) throws -> Settings) throws -> Settings {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("aisle: \(path): there is no such file of settings, or it cannot be read.")
        }
        do {
            return try body(data)
        } catch {
            throw CommandFailure("aisle: \(path): \(error)")
        }
    }

    /// `--anonymous`; nil: nothing was said.
    private func anonymousScopes() throws -> Set<AccessScope>? {
        guard let anonymous else { return nil }
        if anonymous == "none" { return [] }
        return Set(
            try anonymous.split(separator: ",").map { name in
                guard let scope = AccessScope(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
                    throw ValidationError("--anonymous is none, or search, write, admin with commas between them.")
                }
                return scope
            }
        )
    }

    func run() async throws {
        do {
            var settings = try serverSettings()
            if let events { settings.events = EventLog(store: try await EventStore.open(path: events)) }
            let opened = await OpenedBackend.openForServer(
                model,
                engine: engine,
                caches: !noCache,
                checks: check.isWanted
            )
            let log = LogWriter(descriptor: STDERR_FILENO)
            let server = try ShopServer(
                settings: settings,
                index: try ProductIndex(path: index, followsFile: false),
                backend: opened.backend,
                watched: opened.watched,
                unavailable: opened.unavailable,
                log: { log.write($0) }
            )
            let host = host.contains(":") ? "[\(host)]" : host
            // Not print: whoever started the server waits for the line, and a pipe would keep it.
            try await server.run { port in FileHandle.standardOutput.write(Data("http://\(host):\(port)/\n".utf8)) }
            await settings.events?.finish()
            await opened.finish()
            log.flush()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }
}
