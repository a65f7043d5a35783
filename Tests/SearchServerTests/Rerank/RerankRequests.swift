import Foundation

@testable import SearchServer

/// Asks a server with a scripted reranker.
struct RerankSetup {
    let shop: TestShop
    let backend: ScriptedReranker

    init(_ behaviour: ScriptedReranker.Behaviour = .honest, countsTokens: Bool = true) throws {
        shop = try TestShop()
        backend = ScriptedReranker(behaviour, countsTokens: countsTokens)
    }

    /// The answer to one request.
    func post(
        _ path: String,
        _ body: String,
        _ change: (inout ServerSettings) -> Void = { _ in }
    ) async throws -> TestAnswer {
        try await shop.server(backend: backend, change).test(.router) { client in
            try await client.post(path, body)
        }
    }
}

extension TestAnswer {
    /// The names of the object at a path.
    func names(_ path: String) -> Set<String> { Set((self[path] as? [String: Any] ?? [:]).keys) }
    /// The names of the whole answer.
    var names: Set<String> { Set((json as? [String: Any] ?? [:]).keys) }
    /// The indices of results, in the order they are in.
    var ranking: [Int] { items("results").compactMap { $0["index"] as? Int } }
    /// The objects of an array; of the answer itself for an empty path.
    func items(_ path: String) -> [[String: Any]] { (path.isEmpty ? json : self[path]) as? [[String: Any]] ?? [] }
}

/// 1 / (1 + exp(-x)).
func sigmoid(_ margin: Double) -> Double { 1 / (1 + exp(-margin)) }
