import Foundation
import Synchronization
import Testing

@testable import Reranker

@Suite struct ModelPullTests: PullingSuite {
    let scratch: ModelScratch

    init() throws {
        scratch = try ModelScratch()
    }

    @Test func `A model is fetched, checked, and laid out as other tools expect it`() async throws {
        let hub = try StubHub(StubModel.single)
        let result = try await pull(hub)
        #expect(result.commit == StubHub.commit)
        #expect(result.folder == "\(folder)/snapshots/\(StubHub.commit)")
        #expect(result.files == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
        for (name, bytes) in hub.files where name != "README.md" {
            let blob = StubHub.isLarge(name) ? StubHub.sha256(bytes) : StubHub.gitHash(bytes)
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: "\(result.folder)/\(name)")
            #expect(link == "../../blobs/\(blob)")
            #expect(FileManager.default.contents(atPath: "\(result.folder)/\(name)") == Data(bytes))
        }
        #expect(try String(contentsOfFile: "\(folder)/refs/main", encoding: .utf8) == StubHub.commit)
        #expect(try ModelFolder(path: result.folder).openWeights().names.count == 24)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/blobs").count == 4)
    }

    @Test func `A second time nothing is fetched`() async throws {
        let hub = try StubHub(StubModel.single)
        let first = try await pull(hub)
        let requests = hub.storage.requests.count
        #expect(try await pull(hub) == first)
        #expect(hub.storage.requests.count == requests)
        #expect(hub.hub.requests.filter { $0.method == "GET" && $0.path.hasSuffix("config.json") }.count == 2)
    }

    @Test func `A branch is written only when it moves: a cache may be one that can only be read`() async throws {
        let hub = try StubHub(StubModel.single)
        // A new file would have another number, whoever runs this test.
        func number() -> ino_t? {
            var status = stat()
            return stat("\(folder)/refs/main", &status) == 0 ? status.st_ino : nil
        }
        _ = try await pull(hub)
        let first = try #require(number())
        _ = try await pull(hub)
        #expect(number() == first)
        try scratch.write("hub/models--org--model/refs/main", String(repeating: "0", count: 40))
        _ = try await pull(hub)
        #expect(try String(contentsOfFile: "\(folder)/refs/main", encoding: .utf8) == StubHub.commit)
    }

    @Test func `The token goes to the hub and to nobody else`() async throws {
        let hub = try StubHub(StubModel.single)
        _ = try await pull(hub, token: "hf_secret")
        #expect(hub.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        #expect(!hub.storage.requests.isEmpty)
        #expect(hub.storage.requests.allSatisfy { $0.headers["authorization"] == nil })
        #expect((hub.hub.requests + hub.storage.requests).allSatisfy { $0.headers["accept-encoding"] == "identity" })
        #expect(hub.storage.requests.allSatisfy { !$0.target.contains("hf_secret") })
    }

    @Test func `An endpoint given by hand does not get the token of another one`() async throws {
        let hub = try StubHub(StubModel.single)
        var environment = HubEnvironment(["HF_HUB_CACHE": cache.path, "HOME": scratch.path])
        environment.token = "hf_secret"
        let name = try RepositoryName(parsing: "org/model")
        _ = try await ModelPull(name, endpoint: hub.hub.url + "/", environment: environment).run()
        #expect(hub.hub.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func `A token that was not sent is not blamed`() async throws {
        let hub = try StubHub(StubModel.single, atHub: { _, _, _ in .answer(401, "") })
        var environment = HubEnvironment(["HF_HUB_CACHE": cache.path, "HOME": scratch.path])
        environment.token = "hf_secret"
        let name = try RepositoryName(parsing: "org/model")
        let error = await #expect(throws: HubError.self) {
            try await ModelPull(name, endpoint: hub.hub.url, environment: environment).run()
        }
        guard case .tokenWithheld("org/model", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("HF_ENDPOINT") == true)
    }

    @Test func `A busy hub is waited for as it asks`() async throws {
        let waits = Mutex<[Double]>([])
        let hub = try StubHub(
            StubModel.single,
            atHub: { request, name, time in
                guard name == "config.json", request.method == "HEAD", time < 2 else { return nil }
                return time == 0 ? .answer(429, "", headers: [("Retry-After", "1")]) : .answer(503, "")
            },
            atStorage: { _, name, time in
                name == Self.weights && time == 0 ? .answer(429, "slow down", headers: [("Retry-After", "0")]) : nil
            }
        )
        _ = try await pull(hub) { event in
            if case .waiting(_, let seconds?) = event { waits.withLock { $0.append(seconds) } }
        }
        let seconds = waits.withLock { $0 }
        #expect(seconds.count == 3)
        #expect(seconds.first == 1)
    }

    @Test(arguments: [429, 503])
    func `The length of a refusal is not the file's: what had arrived is taken up`(status: Int) async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        try leave(Array(weights[..<9000]), of: weights)
        let hub = try StubHub(
            files,
            atHub: { request, name, time in
                guard name == Self.weights, request.method == "HEAD", time == 0 else { return nil }
                let headers = [("Retry-After", "0"), ("ETag", "\"busy\"")]
                return StubAnswer(parts: [.bytes(StubAnswer.head(status, length: 24, headers))])
            }
        )
        let result = try await pull(hub)
        #expect(FileManager.default.contents(atPath: "\(result.folder)/\(Self.weights)") == Data(weights))
        let fetched = hub.storage.requests.filter { $0.path == "/\(Self.weights)" }
        #expect(fetched.map { StubHub.offset($0) } == [9000])
    }

    @Test func `A hub that asks for too long, or never recovers, is an error`() async throws {
        let patient = try StubHub(
            StubModel.single,
            atHub: { _, _, _ in
                .answer(429, "", headers: [("Retry-After", "3600")])
            }
        )
        let host = "127.0.0.1:\(patient.hub.port)"
        await #expect(throws: HubError.rateLimited(host: host, seconds: 3600)) { try await pull(patient) }
        let broken = try StubHub(StubModel.single, atHub: { _, _, _ in .answer(500, "") })
        await #expect(throws: HubError.refused(host: "127.0.0.1:\(broken.hub.port)", status: 500)) {
            try await pull(broken)
        }
        #expect(broken.hub.requests.count == 4)
    }

    @Test(arguments: ["1e30", "inf", "99999999999999999999"])
    func `A hub that asks for more than a day is taken for one that asks for a day`(asked: String) async throws {
        let hub = try StubHub(
            StubModel.single,
            atHub: { _, _, _ in
                .answer(429, "", headers: [("Retry-After", asked)])
            }
        )
        await #expect(throws: HubError.rateLimited(host: "127.0.0.1:\(hub.hub.port)", seconds: 86_400)) {
            try await pull(hub)
        }
    }

    @Test(arguments: [Int64.max, 17_592_186_044_417])
    func `A size that no file has is refused before anything is fetched`(size: Int64) async throws {
        let hub = try StubHub(
            StubModel.sharded,
            atHub: { request, name, _ in
                guard name.hasSuffix(".safetensors"), name != Self.weights else { return nil }
                let headers = [
                    ("X-Repo-Commit", StubHub.commit), ("X-Linked-Etag", "\"\(StubHub.sha256(Array(name.utf8)))\""),
                    ("X-Linked-Size", "\(size)"), ("Location", "/nowhere"),
                ]
                return StubAnswer(parts: [.bytes(StubAnswer.head(302, length: 0, headers))])
            }
        )
        let shard = "model-00001-of-00003.safetensors"
        let error = await #expect(throws: HubError.badSize(file: shard, size: size)) { try await pull(hub) }
        #expect(error?.description.contains(shard) == true)
        #expect(!hub.storageRequests.contains { $0.hasSuffix(".safetensors") })
    }

    @Test func `What does not exist is named`() async throws {
        let hub = try StubHub(StubModel.single)
        let host = "127.0.0.1:\(hub.hub.port)"
        await #expect(throws: HubError.notFound(what: "model org/other", host: host)) {
            try await pull(hub, name: "org/other")
        }
        await #expect(throws: HubError.notFound(what: "revision nope of org/model", host: host)) {
            try await pull(hub, revision: "nope")
        }
        let secret = try StubHub(StubModel.single, atHub: { _, _, _ in .answer(401, "") })
        let door = "127.0.0.1:\(secret.hub.port)"
        await #expect(throws: HubError.denied(name: "org/model", host: door, hasToken: false)) {
            try await pull(secret)
        }
        await #expect(throws: HubError.denied(name: "org/model", host: door, hasToken: true)) {
            try await pull(secret, token: "hf_secret")
        }
        let site = try StubHub(StubModel.single, atHub: { _, _, _ in .answer(200, "<html>") })
        await #expect(throws: HubError.notAHub(host: "127.0.0.1:\(site.hub.port)", missing: "X-Repo-Commit")) {
            try await pull(site)
        }
        await #expect(throws: HubError.notFound(what: "tokenizer.json in org/model", host: host)) {
            var files = try StubModel.single
            files["tokenizer.json"] = nil
            let hub = try StubHub(files)
            do {
                _ = try await pull(hub)
            } catch HubError.notFound(let what, _) {
                throw HubError.notFound(what: what, host: host)
            }
        }
    }

    @Test func `Shards are fetched side by side, after the list of them`() async throws {
        let files = try StubModel.sharded
        let hub = try StubHub(
            files,
            atStorage: { _, _, time in
                guard time == 0 else { return nil }
                usleep(50_000)
                return nil
            }
        )
        let result = try await pull(hub)
        #expect(try ModelFolder(path: result.folder).openWeights().files.count == 3)
        #expect(hub.storage.mostAtATime >= 2)
        #expect(hub.storage.mostAtATime <= 4)
    }

    @Test(arguments: ["../../../escape.safetensors", "/etc/x.safetensors", "a/b.safetensors", ".hidden.safetensors"])
    func `A list of shards cannot lead outside`(name: String) async throws {
        var files = try StubModel.sharded
        files["model.safetensors.index.json"] = Array(#"{"weight_map": {"a": "\#(name)"}}"#.utf8)
        let hub = try StubHub(files)
        await #expect(throws: WeightsError.self) { try await pull(hub) }
        #expect(!looksComplete)
    }

    @Test func `A model of another kind is refused before its weights are fetched`() async throws {
        var files = try StubModel.single
        files["config.json"] = try ModelConfigurationTests.changed(["model_type": #""bert""#])
        let hub = try StubHub(files)
        await #expect(throws: ModelError.self) { try await pull(hub) }
        #expect(!hub.storageRequests.contains("GET \(Self.weights)"))
        #expect(!exists("\(folder)/refs/main"))
    }

    @Test func `Two pulls at once fetch every file once`() async throws {
        let hub = try StubHub(
            StubModel.sharded,
            atStorage: { _, _, _ in
                usleep(100_000)
                return nil
            }
        )
        async let first = pull(hub)
        async let second = pull(hub)
        #expect(try await first == second)
        #expect(Set(hub.storageRequests).count == hub.storageRequests.count)
    }

    @Test func `A branch with a slash in its name is one branch`() async throws {
        let hub = try StubHub(StubModel.single)
        let result = try await pull(hub, revision: "v/1")
        #expect(try String(contentsOfFile: "\(folder)/refs/v/1", encoding: .utf8) == StubHub.commit)
        #expect(cache.folder(try RepositoryName(parsing: "org/model"), revision: "v/1") == result.folder)
        for bad in ["../x", "a//b", "", "a b", "x?y"] {
            await #expect(throws: HubError.badRevision(bad)) { try await pull(hub, revision: bad) }
        }
    }

    @Test func `Damage of equal size is found on demand and fetched anew, on the network and without`() async throws {
        let files = try StubModel.single
        let hub = try StubHub(files)
        let first = try await pull(hub)
        let weights = try #require(files[Self.weights])
        var wrong = weights
        wrong[wrong.count - 2] ^= 1
        let blob = "\(folder)/blobs/\(StubHub.sha256(weights))"
        try Data(wrong).write(to: URL(fileURLWithPath: blob))
        // Nobody reads all of a model each time.
        _ = try await pull(hub)
        #expect(FileManager.default.contents(atPath: blob) == Data(wrong))

        let environment = ["HF_ENDPOINT": hub.hub.url, "HF_HUB_CACHE": cache.path, "HOME": scratch.path]
        let name = try RepositoryName(parsing: "org/model")
        let offline = HubEnvironment(environment.merging(["HF_HUB_OFFLINE": "1"]) { first, _ in first })
        let error = await #expect(throws: HubError.damaged(path: "\(first.folder)/\(Self.weights)")) {
            try await ModelPull(name, environment: offline, verifies: true).run()
        }
        #expect(error?.description.contains("--verify") == true)
        let count = hub.storageRequests.count
        #expect(try await ModelPull(name, environment: HubEnvironment(environment), verifies: true).run() == first)
        #expect(FileManager.default.contents(atPath: blob) == Data(weights))
        #expect(hub.storageRequests.count == count + 1)
        #expect(try await ModelPull(name, environment: offline, verifies: true).run() == first)
    }

    @Test func `A file for which the hub states no hash is marked, online and offline`() async throws {
        let files = try StubModel.single
        let weights = try #require(files[Self.weights])
        let hub = try StubHub(
            files,
            atHub: { request, name, _ in
                guard name == Self.weights else { return nil }
                let headers = [("X-Repo-Commit", StubHub.commit), ("ETag", "\"v7-build\"")]
                return request.method == "HEAD"
                    ? .headOnly(length: weights.count, headers: headers) : .bytes(200, weights, headers: headers)
            }
        )
        let unchecked = Mutex<[String]>([])
        let result = try await pull(hub) { event in
            if case .finished(let file, _, _, false) = event { unchecked.withLock { $0.append(file) } }
        }
        #expect(unchecked.withLock { $0 } == [Self.weights])
        #expect(result.unchecked == [Self.weights])
        try scratch.write("hub/models--org--model/snapshots/\(StubHub.commit)/aisle-int8.bin", "ours")
        let environment = HubEnvironment(["HF_HUB_CACHE": cache.path, "HF_HUB_OFFLINE": "1"])
        let offline = try await ModelPull(RepositoryName(parsing: "org/model"), environment: environment).run()
        #expect(offline == result)
    }

    @Test func `Redirects within the hub are followed with the token`() async throws {
        let files = try StubModel.single
        let hub = try StubHub(
            files,
            atHub: { request, name, _ in
                guard name == "config.json", !request.target.contains("resolve-cache") else {
                    guard let bytes = files[name], request.target.contains("resolve-cache") else { return nil }
                    let headers = [("ETag", "W/\"\(StubHub.gitHash(bytes))\""), ("X-Repo-Commit", StubHub.commit)]
                    return request.method == "HEAD"
                        ? .headOnly(length: bytes.count, headers: headers)
                        : .bytes(200, bytes, headers: headers)
                }
                return StubAnswer(
                    parts: [.bytes(StubAnswer.head(307, length: 0, [("Location", "/api/resolve-cache/config.json")]))]
                )
            }
        )
        let result = try await pull(hub, token: "hf_secret")
        #expect(exists("\(result.folder)/config.json"))
        #expect(hub.hub.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
    }

    @Test func `Offline, the cache answers or nobody does`() async throws {
        let hub = try StubHub(StubModel.single)
        var environment = HubEnvironment([
            "HF_ENDPOINT": hub.hub.url, "HF_HUB_CACHE": cache.path, "HF_HUB_OFFLINE": "1",
        ])
        let name = try RepositoryName(parsing: "org/model")
        let offline = try ModelPull(name, environment: environment)
        await #expect(throws: HubError.offline(name: "org/model")) { try await offline.run() }
        #expect(hub.hub.requests.isEmpty)
        environment.isOffline = false
        let online = try await ModelPull(name, environment: environment).run()
        let count = hub.hub.requests.count
        #expect(try await offline.run() == online)
        #expect(hub.hub.requests.count == count)
    }
}
