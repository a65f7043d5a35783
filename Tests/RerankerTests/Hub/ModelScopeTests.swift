import Foundation
import Testing

@testable import Reranker

@Suite struct ModelScopeTests {
    private let scratch: ModelScratch

    init() throws {
        scratch = try ModelScratch()
    }

    /// A server that lists and sends files as ModelScope does.
    private func server(_ files: [String: [UInt8]], wrong: String? = nil) throws -> StubServer {
        let list: [[String: Any]] = files.map { name, bytes in
            ["Path": name, "Name": name, "Type": "blob", "Size": bytes.count, "Sha256": StubHub.sha256(bytes)]
        }
        let json = try JSONSerialization.data(withJSONObject: ["Code": 200, "Data": ["Files": list], "Success": true])
        let listing = Array(json)
        return try StubServer { request in
            if request.target == "/api/v1/models/org/model/repo/files?Revision=master&Recursive=true" {
                return .bytes(200, listing)
            }
            let prefix = "/models/org/model/resolve/master/"
            guard request.path.hasPrefix(prefix), var bytes = files[String(request.path.dropFirst(prefix.count))] else {
                return .answer(404, "")
            }
            if request.path.hasSuffix(wrong ?? "?") { bytes[0] ^= 1 }
            return .bytes(200, bytes)
        }
    }

    private func pull(_ server: StubServer) async throws -> ModelPull.Result {
        var environment = HubEnvironment(["HF_HUB_CACHE": "\(scratch.path)/hub", "HOME": scratch.path])
        environment.token = "hf_secret"
        let name = try RepositoryName(parsing: "org/model")
        return try await ModelPull(name, source: .modelscope, endpoint: server.url, environment: environment).run()
    }

    @Test func `A model comes from ModelScope, without the other hub's token`() async throws {
        let server = try server(StubModel.sharded)
        let result = try await pull(server)
        #expect(try ModelFolder(path: result.folder).openWeights().names.count == 24)
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect(result.commit.count == 40)
        let locator = ModelLocator(environment: HubEnvironment(["HF_HUB_CACHE": "\(scratch.path)/hub"]))
        #expect(try locator.folder(of: "org/model") == result.folder)
        #expect(try locator.folder(of: "org/model@master") == result.folder)
        #expect(try locator.folder(of: "org/model@modelscope/master") == result.folder)
    }

    @Test func `Its hashes are checked too`() async throws {
        let server = try server(StubModel.single, wrong: "tokenizer.json")
        await #expect {
            try await pull(server)
        } throws: { error in
            guard case .wrongContent("tokenizer.json", _, _)? = error as? HubError else { return false }
            return true
        }
    }

    @Test func `A server that is none is told`() async throws {
        let server = try StubServer { _ in .answer(200, "<html>") }
        await #expect(throws: HubError.notAHub(host: "127.0.0.1:\(server.port)", missing: "list of files")) {
            try await pull(server)
        }
    }
}
