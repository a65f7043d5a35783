internal import Foundation

/// What a server says about itself.
struct RemoteIdentity: Sendable, Hashable {
    /// Nil where it says nothing that is known.
    var dialect: RemoteDialect?
    var model: String?
    /// The model's revision, where the server tells.
    var revision: String?
    /// The most documents it takes in one request.
    var chunk: Int?
}

/// Asks a server what it is.
struct RemoteProbe {
    private let endpoint: RemoteEndpoint
    private let call: RemoteCall

    /// The questions: OpenAI's model list (vLLM, llama.cpp, SGLang), TEI's own, Infinity's model list.
    private static let paths = ["/v1/models", "/info", "/models"]

    /// How long each may take: a server that is known does not have to introduce itself, and holds up nobody.
    private var patience: Duration {
        let usual = Duration.seconds(3)
        guard let stated = endpoint.settings.timeout else { return usual }
        return endpoint.dialect == nil ? stated : min(stated, usual)
    }

    init(_ endpoint: RemoteEndpoint, environment: [String: String], client: HTTPClient) throws {
        self.endpoint = endpoint
        let dialect = endpoint.dialect ?? .vllm
        call = RemoteCall(
            client: client,
            endpoint: endpoint,
            dialect: dialect,
            key: try RemoteKey.find(dialect, in: environment)
        )
    }

    /// What the server is.
    ///
    /// - Returns: Nil where the URL names the dialect and the server does not say more.
    /// - Throws: `RemoteError` when nobody is there, or nothing says which dialect to speak.
    func identity() async throws -> RemoteIdentity? {
        if let dialect = endpoint.dialect, dialect.isHosted { return nil }
        var refusal: RemoteError?
        for path in Self.paths {
            let response: HTTPResponse
            do {
                response = try await call.get(path, within: patience)
            } catch RemoteError.transfer(.timedOut) where endpoint.dialect != nil {
                // A server at work may answer late; it does not have to introduce itself.
                return nil
            }
            if response.status == 200, let identity = Self.read(response.body, path: path) {
                // An unknown maker's model list says which model, not how to ask for scores.
                if identity.dialect != nil || endpoint.dialect != nil { return identity }
            }
            if refusal == nil, Self.isReason(response.status) { refusal = call.failure(response) }
        }
        guard endpoint.dialect == nil else { return nil }
        throw refusal ?? RemoteError.unknownDialect(server: endpoint.shown, tried: Self.paths)
    }

    /// Whether a status says more than that the question is not known there.
    private static func isReason(_ status: Int) -> Bool {
        300..<400 ~= status || [401, 403, 429].contains(status) || status >= 500
    }

    static func read(_ body: [UInt8], path: String) -> RemoteIdentity? {
        let body = Data(body)
        if path == "/info" {
            guard let information = try? JSONDecoder().decode(Information.self, from: body) else { return nil }
            return RemoteIdentity(
                dialect: .tei,
                model: RemoteMessage.clean(information.model_id, limit: 200),
                revision: information.model_sha.map { RemoteMessage.clean($0, limit: 200) },
                chunk: information.max_client_batch_size.flatMap { $0 > 0 ? $0 : nil }
            )
        }
        guard let model = try? JSONDecoder().decode(Models.self, from: body).first else { return nil }
        return RemoteIdentity(
            dialect: model.owned_by.flatMap { makers[$0.lowercased()] },
            model: RemoteMessage.clean(model.id, limit: 200)
        )
    }

    private static let makers: [String: RemoteDialect] = [
        "vllm": .vllm, "llamacpp": .llamacpp, "sglang": .sglang, "infinity": .infinity,
    ]

    private struct Information: Decodable {
        var model_id: String
        var model_sha: String?
        var max_client_batch_size: Int?
    }

    private struct Models: Decodable {
        struct Model: Decodable {
            var id: String
            var owned_by: String?
        }

        let first: Model?

        private enum Key: CodingKey {
            case data
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            // Early releases of Infinity have one model here instead of a list.
            if let only = try? container.decode(Model.self, forKey: .data) {
                first = only
            } else {
                first = try container.decode([Model].self, forKey: .data).first
            }
        }
    }
}
