import Foundation

@testable import Reranker

/// A suite that fetches models from a stub of a hub into a cache of its own.
protocol PullingSuite: Sendable {
    var scratch: ModelScratch { get }
}

extension PullingSuite {
    var cache: HubCache { HubCache(path: "\(scratch.path)/hub") }
    var folder: String { "\(cache.path)/models--org--model" }
    static var weights: String { "model.safetensors" }

    func pull(
        _ hub: StubHub,
        name: String = "org/model",
        revision: String? = nil,
        token: String? = nil,
        report: @escaping @Sendable (PullEvent) -> Void = { _ in }
    ) async throws -> ModelPull.Result {
        var environment = HubEnvironment(["HF_ENDPOINT": hub.hub.url, "HF_HUB_CACHE": cache.path, "HOME": scratch.path])
        environment.token = token
        let patience = HubSession.Patience(attempts: 4, first: 0.01, longest: 2, stall: .seconds(5))
        return try await ModelPull(
            RepositoryName(parsing: name),
            revision: revision,
            environment: environment,
            patience: patience
        ).run(report)
    }

    /// Where weights lie until all of them have arrived.
    func partial(_ weights: [UInt8]) -> String { "\(folder)/blobs/\(StubHub.sha256(weights)).incomplete" }

    /// Leaves bytes of weights as a run that was cut off does.
    func leave(_ bytes: [UInt8], of weights: [UInt8]) throws {
        try scratch.write("hub/models--org--model/blobs/\(StubHub.sha256(weights)).incomplete", bytes)
    }

    /// Whether anything could be taken for a complete model.
    var looksComplete: Bool {
        guard let name = try? RepositoryName(parsing: "org/model"), let folder = cache.folder(name) else {
            return false
        }
        return (try? ModelFolder(path: folder)) != nil
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
