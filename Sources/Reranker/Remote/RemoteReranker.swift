public import Foundation

/// A rerank server as a backend.
public final class RemoteReranker: RerankBackend {
    /// The server, its model and what its numbers are.
    ///
    /// A server whose answers have shown log-odds is another one than before: what was taken for probabilities until
    /// then, and kept, is not found any more.
    public var description: BackendDescription {
        guard experience.sendsMargins else { return introduced }
        var description = introduced
        description.fingerprint += "|log-odds"
        description.scoreKind = .margin
        return description
    }

    /// The same as far as it is known before the first answer.
    private let introduced: BackendDescription
    /// What the server said about itself; nil where it was not asked, or said nothing.
    let identity: RemoteIdentity?
    let endpoint: RemoteEndpoint
    /// Whether it is a company's service, which costs money.
    public var isHosted: Bool { call.dialect.isHosted }
    /// Whether a key is sent.
    var hasKey: Bool { call.key != nil || endpoint.password != nil }

    /// A server may be mended, or given other weights under the same name, and nothing tells.
    private static let scoresLast = Duration.seconds(86_400)

    private let call: RemoteCall
    private let experience: RemoteExperience
    private let template: RemoteTemplate

    /// A backend for a server that is not looked at first.
    ///
    /// - Parameters:
    ///   - endpoint: Its dialect must be known.
    ///   - environment: Where the key is looked for: `AISLE_RERANK_API_KEY`, then what the dialect's users use.
    /// - Throws: `RemoteError`.
    public convenience init(
        _ endpoint: RemoteEndpoint,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        try self.init(endpoint, environment: environment, client: HTTPClient(), identity: nil)
    }

    /// Looks at a server: which dialect it speaks where the URL does not say, which model it runs.
    ///
    /// - Parameters:
    ///   - url: As `RemoteEndpoint` reads it.
    ///   - environment: Where the key is looked for.
    /// - Returns: A backend that is ready; only servers of companies, which have no model list, were not called.
    /// - Throws: `RemoteError`: a wrong URL, nobody there, no known server.
    public static func connect(
        _ url: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> RemoteReranker {
        let endpoint = try RemoteEndpoint(url)
        let client = HTTPClient()
        let identity = try await RemoteProbe(endpoint, environment: environment, client: client).identity()
        return try RemoteReranker(endpoint, environment: environment, client: client, identity: identity)
    }

    init(
        _ endpoint: RemoteEndpoint,
        environment: [String: String],
        client: HTTPClient,
        identity: RemoteIdentity?
    ) throws {
        guard let dialect = endpoint.dialect ?? identity?.dialect else {
            throw RemoteError.unknownDialect(server: endpoint.shown, tried: ["its URL"])
        }
        self.endpoint = endpoint
        self.identity = identity
        let settings = endpoint.settings
        template = settings.template ?? dialect.defaultTemplate
        let key = try RemoteKey.find(dialect, in: environment)
        call = RemoteCall(client: client, endpoint: endpoint, dialect: dialect, key: key)
        let chunk = settings.chunk ?? identity?.chunk ?? dialect.defaultChunk
        experience = RemoteExperience(chunk: chunk)
        let model = settings.model ?? identity?.model ?? dialect.defaultModel
        introduced = BackendDescription(
            model: model ?? endpoint.shown,
            backend: dialect.rawValue,
            fingerprint: [
                "remote", dialect.rawValue, endpoint.shown, model ?? "", identity?.revision ?? "", template.rawValue,
                settings.scores.rawValue, "\(settings.characters)",
            ].joined(separator: "|"),
            scoreKind: settings.scores == .margin ? .margin : .probability,
            takesInstruction: template == .qwen3 || dialect.takesInstruction,
            stride: chunk * settings.parallel,
            scoresLast: Self.scoresLast
        )
    }

    /// Whether the server says that it runs something else than another look at it found; one that says nothing does not.
    func isOther(than known: RemoteReranker) -> Bool { identity != nil && introduced != known.introduced }

    /// Scores every document of a request, or as many as its deadline allows, best-first in the order given.
    ///
    /// - Returns: What was scored; nil for documents that were not in time, or that the server refused (then `failure` says why).
    /// - Throws: `RemoteError` when nothing was scored, also because the deadline passed before; `CancellationError`.
    public func score(_ request: RerankRequest) async throws -> RerankResult {
        guard !request.documents.isEmpty else { return RerankResult(scores: []) }
        let query = RemoteText.cut(request.query, to: RemoteSettings.queryCharacters)
        let texts = request.documents.map { RemoteText.cut($0, to: endpoint.settings.characters) }
        let job = RemoteJob(
            call: call,
            experience: experience,
            template: template,
            query: RemoteText.neutralized(query.text),
            documents: texts.map { RemoteText.neutralized($0.text) },
            instruction: request.instruction.map(RemoteText.neutralized),
            deadline: request.deadline
        )
        let outcome = await job.run()
        guard !outcome.scores.isEmpty else {
            if Task.isCancelled { throw CancellationError() }
            throw outcome.error ?? .deadline(server: call.server)
        }
        let cut = Set(texts.indices.filter { texts[$0].isCut }).union(outcome.cut)
        return RerankResult(
            scores: try margins(outcome.scores, count: texts.count),
            promptTokens: outcome.promptTokens,
            truncated: cut.sorted(),
            isQueryTruncated: query.isCut,
            failure: outcome.scores.count < texts.count ? outcome.error?.failure : nil
        )
    }

    /// The server's numbers as scores.
    ///
    /// What they are is decided for all of them together: one alone may lie anywhere.
    private func margins(_ scores: [Int: Double], count: Int) throws -> [RelevanceScore?] {
        let kind = endpoint.settings.scores
        if kind == .auto { experience.learnScale(scores.values) }
        if kind == .margin || experience.sendsMargins {
            return (0..<count).map { scores[$0].map { RelevanceScore(margin: $0) } }
        }
        let wrong = scores.filter { !RemoteJob.isProbability($0.value) }
        if let first = wrong.min(by: { $0.key < $1.key }) {
            throw RemoteError.notProbability(server: call.server, index: first.key, score: first.value)
        }
        return (0..<count).map { index in
            scores[index].map { score in
                let probability = kind == .doubled ? RelevanceScore(probability: score).margin : score
                return RelevanceScore(probability: probability)
            }
        }
    }
}
